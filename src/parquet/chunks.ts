// Columns in pieces, joined into one piece with buffers of its own, exactly as long as its rows.
// Arrow's slices keep the buffers of their parents, and engines answer in many batches or with dictionaries.

import * as arrow from 'apache-arrow';
import { LakeError } from '../common/errors.js';
import { fixedData, utf8Data, type Validity } from './columns.js';

/** Whether row `row` of a piece has a value. */
export function isPresent(chunk: arrow.Data, row: number): boolean {
  const bit = chunk.offset + row;
  return chunk.nullCount === 0 || ((chunk.nullBitmap[bit >> 3] ?? 0) & (1 << (bit & 7))) !== 0;
}

/** The value of a row of a boolean piece. */
export function isSet(chunk: arrow.Data, row: number): boolean {
  const bit = chunk.offset + row;
  return ((bytesOf(chunk)[bit >> 3] ?? 0) & (1 << (bit & 7))) !== 0;
}

/** The offsets of a text or binary piece: one more than rows, into `bytesOf`. */
export const offsetsOf = (chunk: arrow.Data): Int32Array => chunk.valueOffsets as Int32Array;

/** The bytes that the offsets point into. */
export const bytesOf = (chunk: arrow.Data): Uint8Array => chunk.values as Uint8Array;

/** Arrow streams pad buffers to a multiple of this. */
const paddingBytes = 64;

/** Whether the buffers hold these rows and, padding apart, nothing else. */
function isExact(chunk: arrow.Data): boolean {
  if (chunk.offset !== 0 || arrow.DataType.isDictionary(chunk.type)) return false;
  if (!isVariable(chunk.type)) return true;
  const offsets = offsetsOf(chunk);
  return offsets[0] === 0 && bytesOf(chunk).length - (offsets[chunk.length] ?? 0) < paddingBytes;
}

/** The rows of all pieces, in order, as one piece. A dictionary becomes the text it stands for. */
export function joinChunks(type: arrow.DataType, chunks: readonly arrow.Data[]): arrow.Data {
  const [first] = chunks;
  if (chunks.length === 1 && first !== undefined && isExact(first)) return retyped(type, first);
  const plain = chunks.map((chunk) =>
    arrow.DataType.isDictionary(chunk.type) ? dictionaryText(chunk) : chunk,
  );
  const validity = joinValidity(plain);
  if (isVariable(type)) return joinVariable(type, plain, validity);
  if (arrow.DataType.isBool(type)) return joinBooleans(type, plain, validity);
  return joinFixed(type, plain, validity);
}

const isVariable = (type: arrow.DataType): boolean =>
  arrow.DataType.isUtf8(type) || arrow.DataType.isBinary(type);

/** The same buffers under a type of the same layout (a zone or a nullability apart). */
const retyped = (type: arrow.DataType, chunk: arrow.Data): arrow.Data =>
  chunk.type === type ? chunk : chunk.clone(type);

const rowsOf = (chunks: readonly arrow.Data[]): number =>
  chunks.reduce((rows, chunk) => rows + chunk.length, 0);

function joinValidity(chunks: readonly arrow.Data[]): Validity {
  const nullCount = chunks.reduce((nulls, chunk) => nulls + chunk.nullCount, 0);
  if (nullCount === 0) return null;
  const bitmap = joinBits(chunks, (chunk) => (chunk.nullCount === 0 ? null : chunk.nullBitmap));
  return { bitmap, nullCount };
}

/** The bits of all pieces side by side; a piece without a bitmap has ones. */
function joinBits(
  chunks: readonly arrow.Data[],
  bitsOf: (chunk: arrow.Data) => Uint8Array | null,
): Uint8Array {
  const joined = new Uint8Array((rowsOf(chunks) + 7) >> 3);
  let at = 0;
  for (const chunk of chunks) {
    const bits = bitsOf(chunk);
    for (let bit = chunk.offset; bit < chunk.offset + chunk.length; bit++, at++) {
      if (bits === null || (bits[bit >> 3]! & (1 << (bit & 7))) !== 0) joined[at >> 3]! |= 1 << (at & 7);
    }
  }
  return joined;
}

function joinBooleans(type: arrow.DataType, chunks: readonly arrow.Data[], validity: Validity): arrow.Data {
  return fixedData(type, rowsOf(chunks), joinBits(chunks, bytesOf), validity);
}

type FixedValues = Int32Array | Uint32Array | BigInt64Array | Float64Array;

function joinFixed(type: arrow.DataType, chunks: readonly arrow.Data[], validity: Validity): arrow.Data {
  const values = chunks.map((chunk) => {
    const all = chunk.values as FixedValues;
    const width = elementsPerRow(type) * all.BYTES_PER_ELEMENT;
    return new Uint8Array(all.buffer, all.byteOffset, chunk.length * width);
  });
  return fixedData(type, rowsOf(chunks), joinBytes(values), validity);
}

/** A decimal is four words. */
const elementsPerRow = (type: arrow.DataType): number => (arrow.DataType.isDecimal(type) ? 4 : 1);

function joinBytes(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    joined.set(piece, at);
    at += piece.length;
  }
  return joined;
}

function joinVariable(type: arrow.DataType, chunks: readonly arrow.Data[], validity: Validity): arrow.Data {
  const pieces = chunks.map((chunk) => {
    const offsets = offsetsOf(chunk);
    return bytesOf(chunk).subarray(offsets[0], offsets[chunk.length]);
  });
  const length = pieces.reduce((total, piece) => total + piece.length, 0);
  if (length > 0x7fffffff) throw tooLong(length);
  const offsets = joinOffsets(chunks);
  return utf8Data(offsets, joinBytes(pieces), validity).clone(type);
}

const tooLong = (length: number): LakeError =>
  new LakeError(
    'out-of-resources',
    `One column holds ${length} bytes of text, over 2 GiB: use more or smaller files.`,
  );

function joinOffsets(chunks: readonly arrow.Data[]): Int32Array {
  const joined = new Int32Array(rowsOf(chunks) + 1);
  let row = 0;
  for (const chunk of chunks) {
    const offsets = offsetsOf(chunk);
    const shift = joined[row]! - (offsets[0] ?? 0);
    for (let i = 1; i <= chunk.length; i++) joined[++row] = offsets[i]! + shift;
  }
  return joined;
}

/** A dictionary piece as text. */
function dictionaryText(chunk: arrow.Data): arrow.Data {
  const words = joinChunks(new arrow.Utf8(), (chunk.dictionary?.data ?? []) as readonly arrow.Data[]);
  const codes = chunk.values as Int32Array;
  const present = (row: number): boolean => isPresent(chunk, row) && isPresent(words, codes[row]!);
  const offsets = dictionaryOffsets(chunk.length, (row) => (present(row) ? lengthOf(words, codes[row]!) : 0));
  const bytes = new Uint8Array(offsets[chunk.length]!);
  const flags = new Uint8Array((chunk.length + 7) >> 3);
  let nullCount = 0;
  for (let row = 0; row < chunk.length; row++) {
    if (!present(row)) nullCount++;
    else {
      flags[row >> 3]! |= 1 << (row & 7);
      const code = codes[row]!;
      bytes.set(bytesOf(words).subarray(offsetsOf(words)[code], offsetsOf(words)[code + 1]), offsets[row]);
    }
  }
  return utf8Data(offsets, bytes, nullCount === 0 ? null : { bitmap: flags, nullCount });
}

const lengthOf = (words: arrow.Data, row: number): number =>
  offsetsOf(words)[row + 1]! - offsetsOf(words)[row]!;

function dictionaryOffsets(rows: number, length: (row: number) => number): Int32Array {
  const offsets = new Int32Array(rows + 1);
  for (let row = 0; row < rows; row++) offsets[row + 1] = offsets[row]! + length(row);
  return offsets;
}
