// Rows of tables as the values that JSON and CSV show (cli.md, "Values in JSON and CSV").

import type * as arrow from 'apache-arrow';
import { arrowSchema } from '../../parquet/arrow-schema.js';
import { decimalText } from '../../parquet/cells.js';
import type { Cell, Row } from '../../parquet/rows.js';
import { decimalOf, type FieldType, type Schema } from '../../format/schema.js';
import { scalarReader, sqlTypeName } from './result-values.js';
import type { JsonValue, RowSet, RowRecord } from './row-set.js';
import { bytesText, dateText, instantText, plainNumber, wholeNumber } from './value-text.js';

/** Columns of a table as results name them. */
export const tableColumns = (schema: Schema): RowSet['columns'] =>
  arrowSchema(schema).fields.map(({ name, type }) => ({ name, type: sqlTypeName(type as arrow.DataType) }));

/** A row by column, in the order of the schema's fields. */
export function jsonRecord(row: Row, { fields }: Schema): RowRecord {
  return Object.fromEntries(fields.map(({ name, type }, i) => [name, jsonCell(type, row[i] ?? null)]));
}

/** A cell of a row as results show it. */
export function jsonCell(type: FieldType, cell: Cell): JsonValue {
  const scale = decimalOf(type)?.scale;
  if (cell === null) return null;
  if (scale !== undefined) return decimalText(BigInt(cell as bigint), scale);
  if (type === 'date') return dateText(Number(cell));
  if (type === 'timestamp') return instantText(BigInt(cell as bigint));
  if (cell instanceof Uint8Array) return bytesText(cell);
  if (typeof cell === 'bigint') return wholeNumber(cell);
  return typeof cell === 'number' ? plainNumber(cell) : cell;
}

/** A table's rows in order. Its columns have the types that tables of a lake have. */
export function* jsonRows(table: arrow.Table): Iterable<readonly JsonValue[]> {
  for (const batch of table.batches) {
    const readers = batch.data.children.map((data) => scalarReader(sqlTypeName(data.type), data));
    for (let row = 0; row < batch.numRows; row++) yield readers.map((read) => read(row));
  }
}
