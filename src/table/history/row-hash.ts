// Rows as short texts that are equal exactly where the values are, so that they can be counted without being kept.

import * as arrow from 'apache-arrow';
import { sha256Now } from '../../common/sha256.js';
import { bytesOf, isPresent, offsetsOf } from '../../parquet/chunks.js';

/** Writes a cell at a place of the scratch; returns where it ends. */
type CellWriter = (row: number, at: number) => number;

/** Bytes that a row starts with room for. */
const firstRoom = 4096;

/** Hashes (128 bits of SHA-256) of rows over some columns of a table in one batch. */
export function rowHasher(table: arrow.Table, columns: readonly number[]): (row: number) => string {
  const scratch = { bytes: new Uint8Array(firstRoom) };
  const children = table.batches[0]?.data.children ?? [];
  const writers = columns.map((column) => cellWriter(children[column]!, scratch));
  return (row) => {
    let at = 0;
    for (const write of writers) at = write(row, at);
    return sha256Now(scratch.bytes.subarray(0, at)).slice(0, 32);
  };
}

/** A byte that says whether there is a value, then its length in four bytes, then the value. */
function cellWriter(column: arrow.Data, scratch: { bytes: Uint8Array<ArrayBuffer> }): CellWriter {
  const pieceOf = pieces(column);
  return (row, at) => {
    const piece = isPresent(column, row) ? pieceOf(row) : undefined;
    const length = piece?.length ?? 0;
    if (at + 5 + length > scratch.bytes.length) scratch.bytes = grown(scratch.bytes, at + 5 + length);
    const { bytes } = scratch;
    bytes[at] = piece === undefined ? 0 : 1;
    new DataView(bytes.buffer).setUint32(at + 1, length);
    if (piece !== undefined) bytes.set(piece, at + 5);
    return at + 5 + length;
  };
}

function grown(bytes: Uint8Array, needed: number): Uint8Array<ArrayBuffer> {
  const more = new Uint8Array(Math.max(needed, bytes.length * 2));
  more.set(bytes);
  return more;
}

function pieces(column: arrow.Data): (row: number) => Uint8Array {
  if (arrow.DataType.isBool(column.type)) {
    const bits = bytesOf(column);
    return (row) => Uint8Array.of((bits[row >> 3]! >> (row & 7)) & 1);
  }
  if (arrow.DataType.isUtf8(column.type) || arrow.DataType.isBinary(column.type)) {
    const [offsets, bytes] = [offsetsOf(column), bytesOf(column)];
    return (row) => bytes.subarray(offsets[row], offsets[row + 1]);
  }
  const values = column.values as Uint8Array;
  const width = values.BYTES_PER_ELEMENT * (arrow.DataType.isDecimal(column.type) ? 4 : 1);
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return (row) => bytes.subarray(row * width, (row + 1) * width);
}
