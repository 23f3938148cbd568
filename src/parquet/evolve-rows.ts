// Rows that were written under one schema, read under a later one of the same table: by field id, never by name or
// position (format §2).

import * as arrow from 'apache-arrow';
import { LakeError } from '../common/errors.js';
import { isWidening } from '../format/evolve.js';
import type { Field, FieldType, Schema } from '../format/schema.js';
import { arrowType } from './arrow-schema.js';
import { binaryData, fixedData, longDataOf, tableOf, utf8Data, type Validity } from './columns.js';
import { conform } from './conform.js';

/**
 * The rows of a file of schema `from` as rows of schema `to`: renamed columns have their new name, those that were added
 * since are null, widened ones converted, dropped ones gone. A name that was dropped and added again is another column.
 * @throws LakeError `check-failed` when the rows are not of `from`, or `to` is no evolution of it
 */
export function evolveRows(rows: arrow.Table, from: Schema, to: Schema): arrow.Table {
  const { batches, numRows } = conform(rows, from);
  const columns = batches[0]?.data.children ?? [];
  const evolved = to.fields.map((field) => {
    const at = from.fields.findIndex(({ id }) => id === field.id);
    const column = columns[at];
    return column === undefined ? nullColumn(field, numRows) : evolveColumn(from.fields[at]!, field, column);
  });
  return conform(tableOf(to, evolved), to);
}

/** Whether files of the one schema are, column for column, files of the other. */
export function isSameLayout(from: Schema, to: Schema): boolean {
  const shape = ({ fields }: Schema): string =>
    JSON.stringify(fields.map(({ id, name, type }) => [id, name, type]));
  return from.schemaId === to.schemaId || shape(from) === shape(to);
}

function evolveColumn(from: Field, to: Field, column: arrow.Data): arrow.Data {
  if (from.type === to.type) return column;
  if (!isWidening(from.type, to.type)) throw noEvolution(to, from.type);
  if (to.type === 'long') return longDataOf(column.values as Int32Array, validityOf(column));
  return column.clone(arrowType(to.type)); // a decimal of more digits: the same 128 bits
}

function validityOf({ nullCount, nullBitmap }: arrow.Data): Validity {
  return nullCount === 0 ? null : { bitmap: nullBitmap, nullCount };
}

function noEvolution(field: Field, found: string): LakeError {
  const message = `Column ${field.name} (field ${field.id}): a file holds ${found}, which cannot be read as ${field.type}.`;
  return new LakeError('check-failed', message, { details: { column: field.name } });
}

/** A column that older files do not have. */
function nullColumn({ type: fieldType }: Field, rows: number): arrow.Data {
  const type = arrowType(fieldType);
  const none: Validity = rows === 0 ? null : { bitmap: new Uint8Array((rows + 7) >> 3), nullCount: rows };
  if (arrow.DataType.isUtf8(type)) return utf8Data(new Int32Array(rows + 1), new Uint8Array(), none);
  if (arrow.DataType.isBinary(type)) return binaryData(new Int32Array(rows + 1), new Uint8Array(), none);
  return fixedData(type, rows, zeros(fieldType, rows), none);
}

function zeros(type: FieldType, rows: number): ArrayBufferView {
  if (type === 'boolean') return new Uint8Array((rows + 7) >> 3);
  if (type === 'int' || type === 'date') return new Int32Array(rows);
  if (type === 'double') return new Float64Array(rows);
  return type === 'long' || type === 'timestamp' ? new BigInt64Array(rows) : new Uint32Array(rows * 4);
}
