// Native DuckDB's vectors as Arrow columns: copied as they lie, text by text where it lies scattered.
// Layouts are those of DuckDB's C API (data chunks and vectors): https://duckdb.org/docs/stable/clients/c/vector

import * as arrow from 'apache-arrow';
import type { DuckDBType } from '@duckdb/node-api';
import type { Vector } from '@duckdb/node-bindings';
import { LakeError } from '../../common/errors.js';
import { fixedData, packBits, type Validity } from '../../parquet/columns.js';
import type { Bindings } from './bindings.js';
import { listOf, nested, type ListEntry } from './take.js';

/** How a column's values lie in a vector, and what they are in Arrow. */
export interface ColumnReader {
  readonly type: arrow.DataType;
  /** The first `rows` values of a vector, in buffers of their own. */
  read(vector: Vector, rows: number): arrow.Data;
}

/**
 * The reader of a result's column.
 * @throws LakeError `invalid-input` for a type that results do not have
 */
export function columnReader(bindings: Bindings, name: string, type: DuckDBType): ColumnReader {
  const layout = layoutOf(type);
  if (layout !== undefined) return { type: layout.type, read: layout.read(bindings) };
  throw new LakeError(
    'invalid-input',
    `Column ${name} is ${type.toString()}, which the native engine does not give: cast it to VARCHAR.`,
    { details: { column: name } },
  );
}

interface Layout {
  readonly type: arrow.DataType;
  readonly read: (bindings: Bindings) => ColumnReader['read'];
}

/** By DuckDB's names of types; nested ones by their parts. */
function layoutOf(type: DuckDBType): Layout | undefined {
  if ('entryTypes' in type) return structLayout(type.entryNames, type.entryTypes);
  if ('memberTypes' in type) return unionLayout(type.memberTags, type.memberTypes);
  if ('keyType' in type) return mapLayout(type.keyType, type.valueType);
  if ('valueType' in type) return listLayout(type.valueType, 'length' in type ? type.length : undefined);
  if ('scale' in type) return decimalLayout(type);
  return layouts[type.toString()];
}

interface DecimalFacts {
  readonly width: number;
  readonly scale: number;
}

/** Values of one width, the same in both. */
const same = (type: arrow.DataType, bytesPerRow: number): Layout => ({
  type,
  read: (bindings) => (vector, rows) =>
    fixedData(
      type,
      rows,
      alignedCopy(bindings, vector, rows * bytesPerRow),
      validityOf(bindings, vector, rows),
    ),
});

/** One byte a row here, one bit a row there. */
const booleans: Layout = {
  type: new arrow.Bool(),
  read: (bindings) => (vector, rows) =>
    fixedData(
      new arrow.Bool(),
      rows,
      packBits(bindings.vector_get_data(vector, rows)),
      validityOf(bindings, vector, rows),
    ),
};

const layouts: Readonly<Record<string, Layout>> = {
  BOOLEAN: booleans,
  TINYINT: same(new arrow.Int8(), 1),
  SMALLINT: same(new arrow.Int16(), 2),
  INTEGER: same(new arrow.Int32(), 4),
  BIGINT: same(new arrow.Int64(), 8),
  UTINYINT: same(new arrow.Uint8(), 1),
  USMALLINT: same(new arrow.Uint16(), 2),
  UINTEGER: same(new arrow.Uint32(), 4),
  UBIGINT: same(new arrow.Uint64(), 8),
  HUGEINT: same(new arrow.Decimal(0, 38, 128), 16),
  FLOAT: same(new arrow.Float32(), 4),
  DOUBLE: same(new arrow.Float64(), 8),
  DATE: same(new arrow.DateDay(), 4),
  TIME: same(new arrow.TimeMicrosecond(), 8),
  TIMESTAMP: same(new arrow.TimestampMicrosecond(), 8),
  TIMESTAMP_S: same(new arrow.TimestampSecond(), 8),
  TIMESTAMP_MS: same(new arrow.TimestampMillisecond(), 8),
  TIMESTAMP_NS: same(new arrow.TimestampNanosecond(), 8),
  'TIMESTAMP WITH TIME ZONE': same(new arrow.TimestampMicrosecond('UTC'), 8),
  VARCHAR: strings(new arrow.Utf8()),
  BLOB: strings(new arrow.Binary()),
  '"NULL"': same(new arrow.Int32(), 4),
};

/** Decimals lie in the smallest integer that holds their digits; in Arrow in 128 bits. */
function decimalLayout({ width, scale }: DecimalFacts): Layout {
  const type = new arrow.Decimal(scale, width, 128);
  if (width > 18) return same(type, 16);
  const bytesPerRow = width <= 4 ? 2 : width <= 9 ? 4 : 8;
  return {
    type,
    read: (bindings) => (vector, rows) => {
      const bytes = alignedCopy(bindings, vector, rows * bytesPerRow);
      return fixedData(type, rows, widened(bytes, bytesPerRow, rows), validityOf(bindings, vector, rows));
    },
  };
}

function widened({ buffer }: Uint8Array<ArrayBuffer>, bytesPerRow: number, rows: number): Uint32Array {
  const wide = new BigInt64Array(rows * 2);
  const narrow =
    bytesPerRow === 8
      ? new BigInt64Array(buffer)
      : BigInt64Array.from(bytesPerRow === 4 ? new Int32Array(buffer) : new Int16Array(buffer), BigInt);
  for (let row = 0; row < rows; row++) {
    const value = narrow[row]!;
    wide[2 * row] = value;
    wide[2 * row + 1] = value >> 63n;
  }
  return new Uint32Array(wide.buffer);
}

/** A value of a text vector: its length, then all of it, or four bytes of it and a pointer. */
const TEXT_BYTES = 16;
const INLINE_BYTES = 12;

function strings(type: arrow.Utf8 | arrow.Binary): Layout {
  return {
    type,
    read: (bindings) => (vector, rows) => {
      const cells = bindings.vector_get_data(vector, rows * TEXT_BYTES);
      const validity = validityOf(bindings, vector, rows);
      const valueOffsets = textOffsets(cells, rows, validity);
      const data = new Uint8Array(valueOffsets[rows]!);
      for (let row = 0; row < rows; row++) {
        const text = data.subarray(valueOffsets[row], valueOffsets[row + 1]);
        if (text.length > INLINE_BYTES) text.set(pointedAt(bindings, cells, row, text.length));
        else copyInline(cells, row, text);
      }
      return arrow.makeData({ type, length: rows, valueOffsets, data, ...nullsOf(validity) } as never);
    },
  };
}

function textOffsets(cells: Uint8Array, rows: number, validity: Validity): Int32Array {
  const view = new DataView(cells.buffer, cells.byteOffset, cells.byteLength);
  const offsets = new Int32Array(rows + 1);
  for (let row = 0; row < rows; row++) {
    offsets[row + 1] = offsets[row]! + (isNull(validity, row) ? 0 : view.getUint32(row * TEXT_BYTES, true));
  }
  return offsets;
}

const pointedAt = (bindings: Bindings, cells: Uint8Array, row: number, length: number): Uint8Array =>
  bindings.get_data_from_pointer(
    cells.buffer as ArrayBuffer,
    cells.byteOffset + row * TEXT_BYTES + 8,
    length,
  );

/** Copies the text that lies in a row's cell itself; it fills `to`. */
function copyInline(cells: Uint8Array, row: number, to: Uint8Array): void {
  const from = row * TEXT_BYTES + 4;
  for (let byte = 0; byte < to.length; byte++) to[byte] = cells[from + byte]!;
}

const isNull = (validity: Validity, row: number): boolean =>
  validity !== null && (validity.bitmap[row >> 3]! & (1 << (row & 7))) === 0;

const nullsOf = (validity: Validity): { nullCount: number; nullBitmap?: Uint8Array } =>
  validity === null ? { nullCount: 0 } : { nullCount: validity.nullCount, nullBitmap: validity.bitmap };

/** A vector's memory is the engine's and goes with its chunk. */
const alignedCopy = (bindings: Bindings, vector: Vector, bytes: number): Uint8Array<ArrayBuffer> =>
  new Uint8Array(bindings.vector_get_data(vector, bytes));

/** DuckDB's mask is Arrow's bitmap in words of 64 bits; a vector without nulls has none. */
function validityOf(bindings: Bindings, vector: Vector, rows: number): Validity {
  const words = Math.ceil(rows / 64) * 8;
  const mask = bindings.vector_get_validity(vector, words) as Uint8Array | null;
  if (mask === null) return null;
  const bitmap = new Uint8Array(mask.subarray(0, (rows + 7) >> 3));
  let present = 0;
  for (let row = 0; row < rows; row++) present += (bitmap[row >> 3]! >> (row & 7)) & 1;
  return present === rows ? null : { bitmap, nullCount: rows - present };
}

// Nested types: a list's elements, a struct's fields and a union's members are vectors of their own

function listLayout(element: DuckDBType, length: number | undefined): Layout | undefined {
  const inner = layoutOf(element);
  if (inner === undefined) return undefined;
  const field = new arrow.Field('element', inner.type, true);
  if (length !== undefined) return fixedListLayout(new arrow.FixedSizeList(length, field), inner);
  return listsOf(new arrow.List(field), inner);
}

const listsOf = (type: arrow.DataType, inner: Layout): Layout => ({
  type,
  read: (bindings) => (vector, rows) => {
    const validity = validityOf(bindings, vector, rows);
    const elements = inner.read(bindings)(
      bindings.list_vector_get_child(vector),
      bindings.list_vector_get_size(vector),
    );
    return listOf(type, entriesOf(bindings, vector, rows, validity), validity, elements);
  },
});

/** An entry is where a row's elements begin and how many they are; that of a null says nothing. */
function entriesOf(
  bindings: Bindings,
  vector: Vector,
  rows: number,
  validity: Validity,
): readonly ListEntry[] {
  const words = new BigUint64Array(alignedCopy(bindings, vector, rows * 16).buffer);
  return Array.from({ length: rows }, (_, row) =>
    isNull(validity, row)
      ? { start: 0, length: 0 }
      : { start: Number(words[2 * row]), length: Number(words[2 * row + 1]) },
  );
}

const fixedListLayout = (type: arrow.FixedSizeList, inner: Layout): Layout => ({
  type,
  read: (bindings) => (vector, rows) => {
    const elements = inner.read(bindings)(bindings.array_vector_get_child(vector), rows * type.listSize);
    return nested(type, rows, validityOf(bindings, vector, rows), { children: [elements] });
  },
});

function structLayout(names: readonly string[], types: readonly DuckDBType[]): Layout | undefined {
  const inner = types.map(layoutOf);
  if (!inner.every((layout) => layout !== undefined)) return undefined;
  const type = new arrow.Struct(
    inner.map((layout, at) => new arrow.Field(names[at] ?? '', layout.type, true)),
  );
  return {
    type,
    read: (bindings) => (vector, rows) => {
      const children = inner.map((layout, at) =>
        layout.read(bindings)(bindings.struct_vector_get_child(vector, at), rows),
      );
      return nested(type, rows, validityOf(bindings, vector, rows), { children });
    },
  };
}

/** A list of pairs. */
function mapLayout(key: DuckDBType, value: DuckDBType): Layout | undefined {
  const pairs = structLayout(['key', 'value'], [key, value]);
  return pairs && listsOf(new arrow.Map_(new arrow.Field('entries', pairs.type as never, false)), pairs);
}

/** A struct whose first field says which of the others is set. */
function unionLayout(tags: readonly string[], types: readonly DuckDBType[]): Layout | undefined {
  const members = structLayout(tags, types);
  if (members === undefined) return undefined;
  const type = new arrow.Union(
    arrow.UnionMode.Sparse,
    types.map((_, at) => at),
    members.type.children,
  );
  return {
    type,
    read: (bindings) => (vector, rows) => {
      const typeIds = new Int8Array(
        alignedCopy(bindings, bindings.struct_vector_get_child(vector, 0), rows).buffer,
      );
      const children = types.map((each, at) =>
        layoutOf(each)!.read(bindings)(bindings.struct_vector_get_child(vector, at + 1), rows),
      );
      return nested(type, rows, null, { typeIds, children });
    },
  };
}
