// Typed arrays as Arrow columns, without an object for any row. Buffers are taken as they are, not copied, unless said;
// all may lie in shared memory.

import * as arrow from 'apache-arrow';
import type { FieldType, Schema } from '../format/schema.js';
import { arrowSchema, arrowType } from './arrow-schema.js';

/** Which rows have a value: one bit a row, lowest first, 1 for a value. Null: all of them. */
export type Validity = { readonly bitmap: Uint8Array; readonly nullCount: number } | null;

const two32 = 2 ** 32;

/** One byte a row (0 or 1) as one bit a row, lowest first. */
export function packBits(flags: Uint8Array): Uint8Array {
  const bits = new Uint8Array((flags.length + 7) >> 3);
  for (let row = 0; row < flags.length; row++) {
    if (flags[row] !== 0) bits[row >> 3]! |= 1 << (row & 7);
  }
  return bits;
}

/** The validity of rows flagged by one byte each: 1 for a value, 0 for null. */
export function validityOf(present: Uint8Array): Validity {
  let nullCount = 0;
  for (const flag of present) if (flag === 0) nullCount++;
  return nullCount === 0 ? null : { bitmap: packBits(present), nullCount };
}

const nullsOf = (validity: Validity): { nullCount: number; nullBitmap?: Uint8Array } =>
  validity === null ? { nullCount: 0 } : { nullCount: validity.nullCount, nullBitmap: validity.bitmap };

/** A column whose values lie in `data` in Arrow's own layout for `type`, as any view of the bytes. */
export function fixedData(
  type: arrow.DataType,
  length: number,
  data: ArrayBufferView,
  validity: Validity = null,
): arrow.Data {
  // `makeData` has one signature for each type; the layout is what counts here.
  return arrow.makeData({ type, length, data, ...nullsOf(validity) } as never);
}

/** Text: row i is `bytes[offsets[i], offsets[i + 1])`; there is one more offset than rows. */
export function utf8Data(offsets: Int32Array, bytes: Uint8Array, validity: Validity = null): arrow.Data {
  return variableData(new arrow.Utf8(), offsets, bytes, validity);
}

/** Bytes, laid out like text. */
export function binaryData(offsets: Int32Array, bytes: Uint8Array, validity: Validity = null): arrow.Data {
  return variableData(new arrow.Binary(), offsets, bytes, validity);
}

function variableData(
  type: arrow.DataType,
  valueOffsets: Int32Array,
  data: Uint8Array,
  validity: Validity,
): arrow.Data {
  const length = valueOffsets.length - 1;
  return arrow.makeData({ type, length, valueOffsets, data, ...nullsOf(validity) } as never);
}

/** 32-bit integers; takes the array, without a copy. */
export const intData = (values: Int32Array, validity: Validity = null): arrow.Data =>
  fixedData(new arrow.Int32(), values.length, values, validity);

/** Days since the epoch. */
export const dateData = (days: Int32Array, validity: Validity = null): arrow.Data =>
  fixedData(new arrow.DateDay(), days.length, days, validity);

/** 64-bit integers; takes the array, without a copy. */
export const longData = (values: BigInt64Array, validity: Validity = null): arrow.Data =>
  fixedData(new arrow.Int64(), values.length, values, validity);

/** Longs from safe integers; copies. */
export const longDataOf = (
  values: Float64Array | Int32Array | Uint32Array,
  validity: Validity = null,
): arrow.Data => fixedData(new arrow.Int64(), values.length, longsOf(values), validity);

/** Doubles; takes the array, without a copy. */
export const doubleData = (values: Float64Array, validity: Validity = null): arrow.Data =>
  fixedData(new arrow.Float64(), values.length, values, validity);

/** Microseconds since the epoch as safe integers; copies. */
export const timestampData = (micros: Float64Array, validity: Validity = null): arrow.Data =>
  fixedData(new arrow.TimestampMicrosecond('UTC'), micros.length, longsOf(micros), validity);

/** One byte a row, 0 or 1; copies. */
export const booleanData = (flags: Uint8Array, validity: Validity = null): arrow.Data =>
  fixedData(new arrow.Bool(), flags.length, packBits(flags), validity);

/** A decimal from its unscaled values, for instance ten-thousandths for `decimal(18,4)`; copies. */
export function decimalData(type: FieldType, unscaled: BigInt64Array, validity: Validity = null): arrow.Data {
  const words = new Int32Array(unscaled.buffer, unscaled.byteOffset, unscaled.length * 2);
  const wide = new Int32Array(unscaled.length * 4);
  for (let row = 0; row < unscaled.length; row++) {
    const high = words[row * 2 + 1]!;
    wide[row * 4] = words[row * 2]!;
    wide[row * 4 + 1] = high;
    wide[row * 4 + 2] = wide[row * 4 + 3] = high >> 31;
  }
  return fixedData(arrowType(type), unscaled.length, new Uint32Array(wide.buffer), validity);
}

/** Safe integers as 64-bit ones, without a bigint in between. */
function longsOf(values: Float64Array | Int32Array | Uint32Array): BigInt64Array {
  const words = new Int32Array(values.length * 2);
  for (let row = 0; row < values.length; row++) {
    const value = values[row]!;
    const high = Math.floor(value / two32);
    words[row * 2] = value - high * two32;
    words[row * 2 + 1] = high;
  }
  return new BigInt64Array(words.buffer);
}

/** A table of one batch from its columns, in the order of the schema. */
export function tableOf(schema: Schema, columns: readonly arrow.Data[]): arrow.Table {
  const fields = arrowSchema(schema);
  const type = new arrow.Struct(fields.fields);
  const length = columns[0]?.length ?? 0;
  const data = arrow.makeData({ type, length, nullCount: 0, children: [...columns] });
  return new arrow.Table(fields, [new arrow.RecordBatch(fields, data)]);
}
