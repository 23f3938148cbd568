// The result of an engine as rows of a table: exactly the table's columns, types and nullability, in one batch.

import * as arrow from 'apache-arrow';
import { LakeError } from '../common/errors.js';
import type { Field, Schema } from '../format/schema.js';
import { arrowType } from './arrow-schema.js';
import { isPresent, joinChunks } from './chunks.js';
import { tableOf } from './columns.js';

/**
 * The columns of `table` that the schema names, in its order and with exactly `arrowSchema(schema)`. Taken as they are:
 * other nullability, timestamps without a zone (they are UTC), dictionaries of text, many batches, slices.
 * @throws LakeError `check-failed`: columns that are missing or too many, another type, a null in a required column
 */
export function conform(table: arrow.Table, schema: Schema): arrow.Table {
  refuseOthers(table, schema);
  return tableOf(
    schema,
    schema.fields.map((field) => conformColumn(table, field)),
  );
}

function refuseOthers(table: arrow.Table, schema: Schema): void {
  const found = table.schema.fields.map(({ name }) => name);
  const expected = schema.fields.map(({ name }) => name);
  if (
    found.length === expected.length &&
    new Set(found).size === found.length &&
    expected.every((name) => found.includes(name))
  )
    return;
  throw failed(
    `Expected the columns ${expected.join(', ')}, found ${found.join(', ')}: make the result match the table.`,
  );
}

const failed = (message: string, details: Record<string, string | number> = {}): LakeError =>
  new LakeError('check-failed', message, { details });

function conformColumn(table: arrow.Table, field: Field): arrow.Data {
  const vector: arrow.Vector<arrow.DataType> | null = table.getChild(field.name);
  const type = arrowType(field.type);
  if (vector === null || !isAccepted(vector.type, type)) throw otherType(field, vector?.type);
  const column = joinChunks(type, vector.data);
  if (field.required && column.nullCount > 0) throw nullFound(field, column);
  return column;
}

/** Whether a column of the type found has the layout and meaning of the type expected. */
function isAccepted(found: arrow.DataType, expected: arrow.DataType): boolean {
  if (arrow.DataType.isDictionary(found)) return arrow.DataType.isUtf8(expected) && isTextDictionary(found);
  if (arrow.DataType.isTimestamp(found) && arrow.DataType.isTimestamp(expected)) {
    return found.unit === expected.unit && (found.timezone ?? 'UTC') === 'UTC';
  }
  if (arrow.DataType.isDecimal(found) && arrow.DataType.isDecimal(expected)) {
    return found.precision === expected.precision && found.scale === expected.scale && found.bitWidth === 128;
  }
  return arrow.util.compareTypes(found, expected);
}

const isTextDictionary = (type: arrow.Dictionary): boolean => arrow.DataType.isUtf8(type.dictionary);

function otherType(field: Field, found: arrow.DataType | undefined): LakeError {
  const actual = describe(found);
  return failed(
    `Column ${field.name}: expected ${field.type}, found ${actual}: cast it to the column's type.`,
    {
      column: field.name,
      expected: field.type,
      actual,
    },
  );
}

function describe(type: arrow.DataType | undefined): string {
  if (type === undefined) return 'no such column';
  if (arrow.DataType.isDecimal(type))
    return `decimal(${type.precision},${type.scale}) of ${type.bitWidth} bits`;
  return arrow.Type[type.typeId] ?? `type ${type.typeId}`;
}

function nullFound(field: Field, column: arrow.Data): LakeError {
  let row = 0;
  while (isPresent(column, row)) row++;
  return failed(
    `Column ${field.name}: expected a value in every row, found ${column.nullCount} nulls, the first in row ${row} (from 0).`,
    { column: field.name, row, nulls: column.nullCount },
  );
}
