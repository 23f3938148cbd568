// Arrow columns as the values that JSON and CSV show (cli.md, "Values in JSON and CSV").

import * as arrow from 'apache-arrow';
import { decimalText, unscaledOf } from '../../parquet/cells.js';
import type { Cell, Row } from '../../parquet/rows.js';
import { textAt } from '../../parquet/texts.js';
import { decimalOf, type FieldType, type Schema } from '../../format/schema.js';
import { isoOfDays } from '../../common/calendar.js';
import { isoMicros } from '../../common/runtime.js';
import type { JsonValue, RowSet, RowRecord } from './row-set.js';

/** The SQL name of an Arrow type. */
export function sqlType(type: arrow.DataType): string {
  if (arrow.DataType.isDecimal(type)) return `DECIMAL(${type.precision},${type.scale})`;
  if (arrow.DataType.isInt(type)) return type.bitWidth === 64 ? 'BIGINT' : 'INTEGER';
  if (arrow.DataType.isFloat(type)) return 'DOUBLE';
  if (arrow.DataType.isBool(type)) return 'BOOLEAN';
  if (arrow.DataType.isDate(type)) return 'DATE';
  if (arrow.DataType.isTimestamp(type)) return 'TIMESTAMP';
  if (arrow.DataType.isBinary(type)) return 'BLOB';
  return 'VARCHAR';
}

/** Columns as results name them. */
export const columnsOf = (fields: readonly arrow.Field<arrow.DataType>[]): RowSet['columns'] =>
  fields.map(({ name, type }) => ({ name, type: sqlType(type) }));

/** A row by column, in the order of the schema's fields. */
export function jsonRecord(row: Row, { fields }: Schema): RowRecord {
  return Object.fromEntries(fields.map(({ name, type }, i) => [name, jsonCell(type, row[i] ?? null)]));
}

/** A cell of a row as results show it. */
export function jsonCell(type: FieldType, cell: Cell): JsonValue {
  const scale = decimalOf(type)?.scale;
  if (cell === null) return null;
  if (scale !== undefined) return decimalText(BigInt(cell as bigint), scale);
  if (type === 'date') return shownDays(Number(cell));
  if (type === 'timestamp') return shownMicros(Number(cell));
  return cell instanceof Uint8Array ? binaryText.decode(cell) : plain(cell);
}

/** A table's rows in order. */
export function* jsonRows(table: arrow.Table): Iterable<readonly JsonValue[]> {
  for (const batch of table.batches) {
    const readers = batch.data.children.map(reader);
    for (let row = 0; row < batch.numRows; row++) yield readers.map((read) => read(row));
  }
}

type Read = (row: number) => JsonValue;

function reader(data: arrow.Data): Read {
  const vector = arrow.makeVector(data);
  const show = shower(data.type);
  const values = data.type;
  if (arrow.DataType.isTimestamp(values))
    return nullable(vector, timestamps(data as arrow.Data<arrow.Timestamp>));
  if (arrow.DataType.isDate(values)) return nullable(vector, dates(data as arrow.Data<arrow.Date_>));
  if (arrow.DataType.isUtf8(values)) return nullable(vector, (row) => textAt(data, row));
  return nullable(vector, (row) => show(vector.get(row)));
}

const nullable =
  (vector: arrow.Vector, read: Read): Read =>
  (row) =>
    vector.isValid(row) ? read(row) : null;

function shower(type: arrow.DataType): (value: unknown) => JsonValue {
  if (arrow.DataType.isDecimal(type))
    return (value) => decimalText(unscaledOf(value as Uint32Array, 0), type.scale);
  if (arrow.DataType.isBinary(type)) return (value) => binaryText.decode(value as Uint8Array);
  return plain;
}

/** Bytes that are no UTF-8 are shown as U+FFFD; `lake export` and `lake restore` give them exactly. */
const binaryText = new TextDecoder('utf-8', { ignoreBOM: true });

function plain(value: unknown): JsonValue {
  if (typeof value === 'bigint') {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value.toString();
  }
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (value === null || value === undefined) return null;
  return JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'bigint' ? inner.toString() : inner));
}

/** Microseconds per unit of a timestamp column, as a fraction. */
const microsPerUnit = [1e6, 1e3, 1, 1e-3] as const;

function timestamps(data: arrow.Data<arrow.Timestamp>): Read {
  const values = data.values;
  const factor = microsPerUnit[data.type.unit];
  return (row) => shownMicros(Math.floor(Number(values[row] ?? 0n) * factor));
}

/** Microseconds within the calendar of JavaScript, 271,821 years either way. */
const LAST_MICROS = 8.64e18;

/** What lies beyond the calendar is an infinity, as SQL has it. */
function shownMicros(micros: number): string {
  if (Math.abs(micros) <= LAST_MICROS) return isoMicros(micros);
  return micros > 0 ? 'infinity' : '-infinity';
}

/** Days within the same calendar. */
const LAST_DAYS = 1e8;

function shownDays(days: number): string {
  if (Math.abs(days) <= LAST_DAYS) return isoOfDays(days);
  return days > 0 ? 'infinity' : '-infinity';
}

function dates(data: arrow.Data<arrow.Date_>): Read {
  const values = data.values;
  const isMillis = data.type.unit === arrow.DateUnit.MILLISECOND;
  return (row) =>
    shownDays(isMillis ? Math.floor(Number(values[row] ?? 0) / 86_400_000) : Number(values[row] ?? 0));
}
