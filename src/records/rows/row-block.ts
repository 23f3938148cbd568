// Accepted rows as columns in one piece of shared memory: what the parser makes, the fold reads and the encoder gathers.
// A block is a buffer and three facts; every thread makes its own views of it.

import { compareUtf8 } from '../values/values.js';
import { decimalOf, type FieldType } from '../../format/schema.js';
import type { KeyedContract } from '../contract.js';

/** Rows of a block at most; a row's global number is block number × this + row. */
export const blockRows = 65_536;

/**
 * How a column lies in memory. Text of a known small set is a code; decimals of at most 18 digits are an int64 (`decimal`),
 * larger ones and longs an int128 (`wide`): so every kind has a value to spare that stands for null.
 */
export type ColumnKind = 'text' | 'code' | 'boolean' | 'timestamp' | 'double' | 'int' | 'decimal' | 'wide';

/** How one column lies in memory. */
export interface ColumnShape {
  readonly name: string;
  readonly type: FieldType;
  readonly kind: ColumnKind;
  /** `code`: the values in the order of their UTF-8 bytes, so that codes compare like texts. */
  readonly values: readonly string[];
  /** Of the column of key bytes alone, which no table has: the columns whose values they are. */
  readonly keyOf?: readonly number[];
}

/** The columns of a contract's accepted records, and where the key is no single text a last one of key bytes. */
export type RowShape = readonly ColumnShape[];

/** Rows in shared memory, ready to be sent between threads without a copy. */
export interface RowBlock {
  readonly rows: number;
  readonly buffer: SharedArrayBuffer;
  /** Bytes of text, by column; 0 for columns of other kinds. */
  readonly textBytes: readonly number[];
}

/** Nulls: no bytes for text (accepted text is never blank), this code, NaN, this int, this highest word. */
export const nullCode = 255;
/** The value of a null among whole numbers of 32 bits and dates. */
export const nullInt = -0x80000000;

/** How the accepted records of a contract lie in memory. */
export function rowShape(contract: KeyedContract): RowShape {
  const columns = contract.columns.map(({ name, type }): ColumnShape => {
    const values = type === 'string' ? valuesOf(contract, name) : null;
    return { name, type, kind: values === null ? kindOf(type) : 'code', values: values ?? [] };
  });
  const keyOf = keyParts(contract, columns);
  if (keyOf.length === 1 && columns[keyOf[0]!]?.kind === 'text') return columns;
  return [...columns, { name: '', type: 'binary', kind: 'text', values: [], keyOf }];
}

/** The key's columns; all of them where a contract has no key, since then equal records count once. */
function keyParts({ key, source }: KeyedContract, columns: readonly ColumnShape[]): readonly number[] {
  if (key.length === 0) return columns.map((_, c) => c);
  return key.map((part) => {
    const at = columns.findIndex(({ name }) => name === part);
    if (at === -1) throw new Error(`The contract ${source} has no column ${part} of its key.`);
    return at;
  });
}

/** The only values of a column of texts, where they are few; null for any others. */
function valuesOf({ fields }: Pick<KeyedContract, 'fields'>, column: string): readonly string[] | null {
  const type = fields.find(({ name }) => name === column)?.type;
  if (type?.kind !== 'text' || type.oneOf === undefined || type.oneOf.length >= nullCode) return null;
  return [...new Set(type.oneOf)].sort(compareUtf8);
}

function kindOf(type: FieldType): ColumnKind {
  if (type === 'string') return 'text';
  if (type === 'timestamp') return 'timestamp';
  if (type === 'int' || type === 'date') return 'int';
  if (type === 'long') return 'wide';
  if (type === 'double' || type === 'boolean') return type;
  const decimal = decimalOf(type);
  if (decimal === undefined) throw new Error(`No column of a log can have the type ${type}.`);
  return decimal.precision <= 18 ? 'decimal' : 'wide';
}

/** A column of texts, their UTF-8 bytes one after the other. */
export interface TextView {
  readonly kind: 'text';
  /** Row r is bytes[offsets[r], offsets[r + 1]). */
  readonly offsets: Uint32Array;
  readonly bytes: Uint8Array;
}

/** A column as typed arrays over shared memory. */
export type ColumnView =
  | TextView
  | { readonly kind: 'code'; readonly codes: Uint8Array }
  /** 0, 1 or `nullCode`. */
  | { readonly kind: 'boolean'; readonly flags: Uint8Array }
  | { readonly kind: 'timestamp'; readonly micros: Float64Array }
  | { readonly kind: 'double'; readonly doubles: Float64Array }
  | { readonly kind: 'int'; readonly ints: Int32Array }
  /** Little-endian int64: low word at 2r, high word at 2r + 1. */
  | { readonly kind: 'decimal'; readonly words: Int32Array }
  /** Little-endian int128: four words from 4r on. */
  | { readonly kind: 'wide'; readonly words: Int32Array };

/** A block as typed arrays over shared memory; nothing is copied. */
export interface BlockView {
  readonly rows: number;
  /** murmur3 of the key's bytes: of its UTF-8, or of all its columns (key-bytes.ts). */
  readonly hashes: Uint32Array;
  readonly columns: readonly ColumnView[];
}

const align8 = (bytes: number): number => (bytes + 7) & ~7;

function columnBytes(kind: ColumnKind, rows: number, textBytes: number): number {
  switch (kind) {
    case 'text':
      return align8(4 * (rows + 1)) + align8(textBytes);
    case 'code':
    case 'boolean':
      return align8(rows);
    case 'int':
      return align8(4 * rows);
    case 'timestamp':
    case 'double':
    case 'decimal':
      return 8 * rows;
    case 'wide':
      return 16 * rows;
  }
}

/** A block of zeros with room for exactly that many rows and bytes of text. */
export function newBlock(shape: RowShape, rows: number, textBytes: readonly number[]): RowBlock {
  const columns = shape.reduce((sum, { kind }, c) => sum + columnBytes(kind, rows, textBytes[c] ?? 0), 0);
  return { rows, textBytes, buffer: new SharedArrayBuffer(align8(4 * rows) + columns) };
}

/** Typed arrays over a block. */
export function viewBlock(shape: RowShape, block: RowBlock): BlockView {
  const { rows, buffer } = block;
  let at = align8(4 * rows);
  const columns = shape.map(({ kind }, c): ColumnView => {
    const start = at;
    const textBytes = block.textBytes[c] ?? 0;
    at += columnBytes(kind, rows, textBytes);
    switch (kind) {
      case 'text':
        return {
          kind,
          offsets: new Uint32Array(buffer, start, rows + 1),
          bytes: new Uint8Array(buffer, start + align8(4 * (rows + 1)), textBytes),
        };
      case 'code':
        return { kind, codes: new Uint8Array(buffer, start, rows) };
      case 'boolean':
        return { kind, flags: new Uint8Array(buffer, start, rows) };
      case 'int':
        return { kind, ints: new Int32Array(buffer, start, rows) };
      case 'timestamp':
        return { kind, micros: new Float64Array(buffer, start, rows) };
      case 'double':
        return { kind, doubles: new Float64Array(buffer, start, rows) };
      case 'decimal':
        return { kind, words: new Int32Array(buffer, start, 2 * rows) };
      case 'wide':
        return { kind, words: new Int32Array(buffer, start, 4 * rows) };
    }
  });
  return { rows, hashes: new Uint32Array(buffer, 0, rows), columns };
}
