// Native DuckDB's vectors as Arrow columns: copied as they lie, text by text where it lies scattered.
// Layouts are those of DuckDB's C API (data chunks and vectors): https://duckdb.org/docs/stable/clients/c/vector

import * as arrow from 'apache-arrow';
import type { DuckDBType } from '@duckdb/node-api';
import type { Vector } from '@duckdb/node-bindings';
import { LakeError } from '../../common/errors.js';
import { fixedData, packBits, type Validity } from '../../parquet/columns.js';
import type { Bindings } from './bindings.js';

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

/** Names are those of DuckDB. */
function layoutOf(type: DuckDBType): Layout | undefined {
  const [name = ''] = type.toString().split('(');
  if (name === 'DECIMAL') return decimalLayout(type as DuckDBType & DecimalFacts);
  return layouts[name];
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
        const length = valueOffsets[row + 1]! - valueOffsets[row]!;
        if (length > INLINE_BYTES) data.set(pointedAt(bindings, cells, row, length), valueOffsets[row]);
        else copyInline(cells, row, data, valueOffsets[row]!, length);
      }
      return arrow.makeData({ type, length: rows, valueOffsets, data, ...nullsOf(validity) } as never);
    },
  };
}

function textOffsets(cells: Uint8Array, rows: number, validity: Validity): Int32Array {
  const view = new DataView(cells.buffer, cells.byteOffset, cells.byteLength);
  const offsets = new Int32Array(rows + 1);
  for (let row = 0; row < rows; row++) {
    const isNull = validity !== null && (validity.bitmap[row >> 3]! & (1 << (row & 7))) === 0;
    offsets[row + 1] = offsets[row]! + (isNull ? 0 : view.getUint32(row * TEXT_BYTES, true));
  }
  return offsets;
}

const pointedAt = (bindings: Bindings, cells: Uint8Array, row: number, length: number): Uint8Array =>
  bindings.get_data_from_pointer(
    cells.buffer as ArrayBuffer,
    cells.byteOffset + row * TEXT_BYTES + 8,
    length,
  );

function copyInline(cells: Uint8Array, row: number, to: Uint8Array, at: number, length: number): void {
  const from = row * TEXT_BYTES + 4;
  for (let byte = 0; byte < length; byte++) to[at + byte] = cells[from + byte]!;
}

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
