// A unit's lines as bronze rows: every physical line with its exact bytes, straight over the source.

import type * as arrow from 'apache-arrow';
import { daysOfIso } from '../common/calendar.js';
import type { Schema } from '../format/schema.js';
import { binaryData, booleanData, dateData, longDataOf, tableOf, utf8Data } from '../parquet/columns.js';
import { validityOf } from '../parquet/columns.js';
import { lineStatus } from './line-units.js';
import type { LineUnit } from './line-units.js';

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
    longDataOf(Float64Array.from({ length: lines }, (_, line) => firstLine + line)),
    binaryData(new Int32Array(unit.starts), new Uint8Array(unit.source, 0, unit.bytes)),
    booleanData(status.map((value) => (value === lineStatus.blank ? 0 : 1))),
    reasonData(status, unit.reasons),
    dateData(new Int32Array(lines).fill(daysOfIso(ingestDate) ?? 0)),
  ]);
}

function repeatedText(text: string, rows: number): arrow.Data {
  const word = new TextEncoder().encode(text);
  const bytes = new Uint8Array(word.length * rows);
  for (let row = 0; row < rows; row++) bytes.set(word, row * word.length);
  return utf8Data(
    Int32Array.from({ length: rows + 1 }, (_, row) => row * word.length),
    bytes,
  );
}

function reasonData(status: Uint8Array, reasons: readonly string[]): arrow.Data {
  const words = reasons.map((reason) => new TextEncoder().encode(reason));
  const wordOf = (line: number): Uint8Array | undefined => words[status[line]! - lineStatus.refusedFrom];
  const offsets = new Int32Array(status.length + 1);
  for (let line = 0; line < status.length; line++)
    offsets[line + 1] = offsets[line]! + (wordOf(line)?.length ?? 0);
  const bytes = new Uint8Array(offsets[status.length]!);
  for (let line = 0; line < status.length; line++) {
    const word = wordOf(line);
    if (word !== undefined) bytes.set(word, offsets[line]);
  }
  return utf8Data(
    offsets,
    bytes,
    validityOf(status.map((value) => (value >= lineStatus.refusedFrom ? 1 : 0))),
  );
}
