// An extract's records as bronze rows: the header of a CSV file, then every record with its exact text.

import type * as arrow from 'apache-arrow';
import { daysOfIso } from '../../common/calendar.js';
import { binaryData, booleanData, dateData, longDataOf, tableOf, utf8Data } from '../../parquet/columns.js';
import { unitsOf, type JudgedUnit, type SourceLine } from '../extract/extract-units.js';
import { reasonData, repeatedText, type BronzeFacts } from './bronze-rows.js';

/** Units of one extract as a table; where there is a header it comes first and is no record. */
export function extractBronzeTable(
  units: readonly JudgedUnit[],
  header: SourceLine | undefined,
  { schema, batchId, sourceFile, ingestDate }: BronzeFacts,
): arrow.Table {
  const all = header === undefined ? units : [headerUnit(header), ...units];
  const rows = all.reduce((sum, { records }) => sum + records, 0);
  const isRecord = new Uint8Array(rows).fill(1);
  if (header !== undefined) isRecord[0] = 0;
  const { offsets, bytes } = joinedTexts(all, rows);
  const isBinary = schema.fields.some(({ name, type }) => name === 'raw' && type === 'binary');
  return tableOf(schema, [
    repeatedText(batchId, rows),
    repeatedText(sourceFile, rows),
    longDataOf(joinedNumbers(all, rows)),
    isBinary ? binaryData(offsets, bytes) : utf8Data(offsets, bytes),
    booleanData(isRecord),
    joinedReasons(all, rows),
    dateData(new Int32Array(rows).fill(daysOfIso(ingestDate) ?? 0)),
  ]);
}

const headerUnit = (header: SourceLine): JudgedUnit => ({
  ...unitsOf([header])[0]!,
  status: new SharedArrayBuffer(1),
  reasons: [],
});

function joinedTexts(units: readonly JudgedUnit[], rows: number): { offsets: Int32Array; bytes: Uint8Array } {
  const offsets = new Int32Array(rows + 1);
  const bytes = new Uint8Array(units.reduce((sum, { raw }) => sum + raw.byteLength, 0));
  let [row, at] = [0, 0];
  for (const unit of units) {
    const own = new Int32Array(unit.offsets);
    bytes.set(new Uint8Array(unit.raw), at);
    for (let record = 0; record < unit.records; record++) offsets[++row] = at + own[record + 1]!;
    at += unit.raw.byteLength;
  }
  return { offsets, bytes };
}

function joinedNumbers(units: readonly JudgedUnit[], rows: number): Uint32Array {
  const numbers = new Uint32Array(rows);
  let row = 0;
  for (const { lineNumbers, records } of units) {
    numbers.set(new Uint32Array(lineNumbers), row);
    row += records;
  }
  return numbers;
}

/** One list of reasons for all units. */
function joinedReasons(units: readonly JudgedUnit[], rows: number): arrow.Data {
  const reasons: string[] = [];
  const status = new Uint8Array(rows);
  let row = 0;
  for (const unit of units) {
    const codes = unit.reasons.map((reason) => {
      const known = reasons.indexOf(reason);
      return 1 + (known === -1 ? reasons.push(reason) - 1 : known);
    });
    for (const value of new Uint8Array(unit.status)) status[row++] = value === 0 ? 0 : codes[value - 1]!;
  }
  return reasonData(status, ['', ...reasons]);
}
