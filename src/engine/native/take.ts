// Rows of an Arrow column picked by their places, whatever its type: lists of DuckDB may lie anywhere in their children.

import * as arrow from 'apache-arrow';
import { bytesOf, isPresent, offsetsOf } from '../../parquet/chunks.js';
import { fixedData, packBits, validityOf, type Validity } from '../../parquet/columns.js';

/** The rows at these places, in their order, in buffers of their own. The column has no offset of its own. */
function take(column: arrow.Data, places: Int32Array): arrow.Data {
  const { type } = column;
  const validity = validityOf(Uint8Array.from(places, (place) => Number(isPresent(column, place))));
  if (arrow.DataType.isUtf8(type) || arrow.DataType.isBinary(type))
    return takePieces(column, places, validity);
  if (arrow.DataType.isList(type) || arrow.DataType.isMap(type)) return takeLists(column, places, validity);
  if (arrow.DataType.isFixedSizeList(type)) {
    const children = column.children.map((child) => take(child, repeated(places, type.listSize)));
    return nested(type, places.length, validity, { children });
  }
  if (arrow.DataType.isStruct(type))
    return nested(type, places.length, validity, {
      children: column.children.map((child) => take(child, places)),
    });
  if (arrow.DataType.isUnion(type)) {
    const typeIds = Int8Array.from(places, (place) => (column.typeIds as Int8Array)[place]!);
    return nested(type, places.length, null, {
      typeIds,
      children: column.children.map((child) => take(child, places)),
    });
  }
  if (arrow.DataType.isBool(type)) {
    const bits = bytesOf(column);
    const flags = Uint8Array.from(places, (place) => (bits[place >> 3]! >> (place & 7)) & 1);
    return fixedData(type, places.length, packBits(flags), validity);
  }
  return fixedData(type, places.length, takeFixed(column, places), validity);
}

/** A column of a nested type from its parts. */
export function nested(
  type: arrow.DataType,
  length: number,
  validity: Validity,
  parts: {
    readonly children: readonly arrow.Data[];
    readonly valueOffsets?: Int32Array;
    readonly typeIds?: Int8Array;
  },
): arrow.Data {
  const { nullCount, nullBitmap } =
    validity === null
      ? { nullCount: 0, nullBitmap: undefined }
      : { nullCount: validity.nullCount, nullBitmap: validity.bitmap };
  const { children, ...buffers } = parts;
  return arrow.makeData({
    type,
    length,
    nullCount,
    ...(nullBitmap && { nullBitmap }),
    ...buffers,
    ...(arrow.DataType.isStruct(type) || arrow.DataType.isUnion(type)
      ? { children: [...children] }
      : { child: children[0] }),
  } as never);
}

/** Every place of `size` neighbours for each place. */
const repeated = (places: Int32Array, size: number): Int32Array =>
  Int32Array.from(
    { length: places.length * size },
    (_, at) => places[Math.floor(at / size)]! * size + (at % size),
  );

function takeFixed({ type, values }: arrow.Data, places: Int32Array): Uint8Array {
  const { buffer, byteOffset, BYTES_PER_ELEMENT } = values as Int32Array;
  const width = BYTES_PER_ELEMENT * (arrow.DataType.isDecimal(type) ? 4 : 1);
  const from = new Uint8Array(buffer, byteOffset);
  const to = new Uint8Array(places.length * width);
  for (const [row, place] of places.entries())
    to.set(from.subarray(place * width, (place + 1) * width), row * width);
  return to;
}

function takePieces(column: arrow.Data, places: Int32Array, validity: Validity): arrow.Data {
  const [offsets, bytes] = [offsetsOf(column), bytesOf(column)];
  const valueOffsets = new Int32Array(places.length + 1);
  for (const [row, place] of places.entries())
    valueOffsets[row + 1] = valueOffsets[row]! + offsets[place + 1]! - offsets[place]!;
  const data = new Uint8Array(valueOffsets[places.length]!);
  for (const [row, place] of places.entries())
    data.set(bytes.subarray(offsets[place], offsets[place + 1]), valueOffsets[row]);
  const nulls =
    validity === null ? { nullCount: 0 } : { nullCount: validity.nullCount, nullBitmap: validity.bitmap };
  return arrow.makeData({ type: column.type, length: places.length, valueOffsets, data, ...nulls } as never);
}

function takeLists(column: arrow.Data, places: Int32Array, validity: Validity): arrow.Data {
  const offsets = offsetsOf(column);
  const entries = Array.from(places, (place): ListEntry => ({
    start: offsets[place]!,
    length: offsets[place + 1]! - offsets[place]!,
  }));
  return listOf(column.type, entries, validity, column.children[0]!);
}

/** Where a row's elements lie among its column's. */
export interface ListEntry {
  readonly start: number;
  readonly length: number;
}

/** A list column whose rows' elements lie anywhere among `elements`. */
export function listOf(
  type: arrow.DataType,
  entries: readonly ListEntry[],
  validity: Validity,
  elements: arrow.Data,
): arrow.Data {
  const valueOffsets = new Int32Array(entries.length + 1);
  for (const [row, { length }] of entries.entries()) valueOffsets[row + 1] = valueOffsets[row]! + length;
  const places = new Int32Array(valueOffsets[entries.length]!);
  for (const [row, { start, length }] of entries.entries())
    for (let at = 0; at < length; at++) places[valueOffsets[row]! + at] = start + at;
  const isInOrder = places.length === elements.length && places.every((place, at) => place === at);
  const children = [isInOrder ? elements : take(elements, places)];
  return nested(type, entries.length, validity, { valueOffsets, children });
}
