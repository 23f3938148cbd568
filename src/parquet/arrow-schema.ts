// A table's columns as an Arrow schema: one Arrow type for each field type, field ids where Parquet looks for them.

import * as arrow from 'apache-arrow';
import { decimalOf, type Field, type FieldType, type Schema } from '../format/schema.js';

const metadataKey = 'PARQUET:field_id';

/** The Arrow type of a field type: timestamps in µs UTC, dates in days, decimals of 128 bits. */
export function arrowType(type: FieldType): arrow.DataType {
  switch (type) {
    case 'boolean':
      return new arrow.Bool();
    case 'int':
      return new arrow.Int32();
    case 'long':
      return new arrow.Int64();
    case 'double':
      return new arrow.Float64();
    case 'date':
      return new arrow.DateDay();
    case 'timestamp':
      return new arrow.TimestampMicrosecond('UTC');
    case 'string':
      return new arrow.Utf8();
    case 'binary':
      return new arrow.Binary();
    default:
      return decimalType(type);
  }
}

function decimalType(type: FieldType): arrow.Decimal {
  const decimal = decimalOf(type);
  if (decimal === undefined) throw new Error(`No such field type: ${type}.`);
  return new arrow.Decimal(decimal.scale, decimal.precision, 128);
}

/** The Arrow schema of a table; a required field is not nullable. */
export const arrowSchema = (schema: Schema): arrow.Schema => new arrow.Schema(schema.fields.map(arrowField));

/** The field ids of a file's columns, by name; columns without one are left out. */
export const fieldIdsOf = ({ fields }: arrow.Schema): ReadonlyMap<string, number> =>
  new Map(
    fields.flatMap(({ name, metadata }): [string, number][] => {
      const id = metadata.get(metadataKey);
      return id === undefined ? [] : [[name, Number(id)]];
    }),
  );

const arrowField = ({ id, name, type, required }: Field): arrow.Field =>
  new arrow.Field(name, arrowType(type), !required, new Map([[metadataKey, String(id)]]));
