// A unit's lines as bronze rows: every physical line with its exact bytes, straight over the source.

import type * as arrow from 'apache-arrow';
import { daysOfIso } from '../../common/calendar.js';
import type { Schema } from '../../format/schema.js';
import {
  binaryData,
  booleanData,
  dateData,
  longDataOf,
  tableOf,
  utf8Data,
  validityOf,
} from '../../parquet/columns.js';
import { lineStatus } from '../scan/line-units.js';
import type { LineUnit } from '../scan/line-units.js';

/** What all rows of a batch's bronze have in common. */
export interface BronzeFacts {
  /** `batch_id, source_file, line_number, raw, is_record, reject_reason, ingest_date`, in this order. */
  readonly schema: Schema;
  readonly batchId: string;
  readonly sourceFile: string;
  /** `YYYY-MM-DD`. */
  readonly ingestDate: string;
}

/** One row a line, in line order. */
export function bronzeTable(
  unit: LineUnit,
  { schema, batchId, sourceFile, ingestDate }: BronzeFacts,
): arrow.Table {
  const { lines, firstLine } = unit;
  const status = new Uint8Array(unit.status);
  return tableOf(schema, [
    repeatedText(batchId, lines),
    repeatedText(sourceFile, lines),
    longDataOf(numbersFrom(firstLine, lines)),
    binaryData(new Int32Array(unit.starts), new Uint8Array(unit.source, 0, unit.bytes)),
    booleanData(status.map((value) => (value === lineStatus.blank ? 0 : 1))),
    reasonData(status, [...acceptedOrBlank, ...unit.reasons]),
    dateData(new Int32Array(lines).fill(daysOfIso(ingestDate) ?? 0)),
  ]);
}

function numbersFrom(first: number, count: number): Float64Array {
  const numbers = new Float64Array(count);
  for (let i = 0; i < count; i++) numbers[i] = first + i;
  return numbers;
}

/** The same text in every row. */
export function repeatedText(text: string, rows: number): arrow.Data {
  const word = Buffer.from(text);
  const offsets = new Int32Array(rows + 1);
  for (let row = 1; row <= rows; row++) offsets[row] = row * word.length;
  return utf8Data(offsets, Buffer.alloc(word.length * rows, word));
}

/** Lines with one of these statuses have no reason. */
const acceptedOrBlank = Array.from({ length: lineStatus.refusedFrom }, () => '');

/** The reason of each row by its status, an index into `reasons`; '' is null. */
export function reasonData(status: Uint8Array, reasons: readonly string[]): arrow.Data {
  const words = reasons.map((word) => Buffer.from(word));
  const offsets = new Int32Array(status.length + 1);
  const present = new Uint8Array(status.length);
  for (let row = 0; row < status.length; row++) {
    const { length } = words[status[row]!]!;
    present[row] = length === 0 ? 0 : 1;
    offsets[row + 1] = offsets[row]! + length;
  }
  const bytes = new Uint8Array(offsets[status.length]!);
  for (let row = 0; row < status.length; row++)
    if (present[row] !== 0) bytes.set(words[status[row]!]!, offsets[row]);
  return utf8Data(offsets, bytes, validityOf(present));
}
