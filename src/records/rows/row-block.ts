// Accepted rows as columns in one piece of shared memory: what the parser makes, the fold reads and the encoder gathers.
// A block is a buffer and three facts; every thread makes its own views of it.

import { compareUtf8 } from '../values/values.js';
import type { FieldType } from '../../format/schema.js';
import type { Contract, FieldRule } from '../contract.js';

/** Rows of a block at most; a row's global number is block number × this + row. */
export const blockRows = 65_536;

/** How a column lies in memory. Text of a known small set is a code; money is an int64 in ten-thousandths. */
export type ColumnKind = 'text' | 'code' | 'timestamp' | 'int' | 'decimal';

export interface ColumnShape {
  readonly name: string;
  readonly type: FieldType;
  readonly kind: ColumnKind;
  /** `code`: the values in the order of their UTF-8 bytes, so that codes compare like texts. */
  readonly values: readonly string[];
}

/** The columns of a contract's accepted records. */
export type RowShape = readonly ColumnShape[];

/** Rows in shared memory, ready to be sent between threads without a copy. */
export interface RowBlock {
  readonly rows: number;
  readonly buffer: SharedArrayBuffer;
  /** Bytes of text, by column; 0 for columns of other kinds. */
  readonly textBytes: readonly number[];
}

/** Nulls: no bytes for text (accepted text is never blank), this code, NaN, this int, this high word. */
export const nullCode = 255;
export const nullInt = -0x80000000;

/** How the accepted records of a contract lie in memory. */
export function rowShape(contract: Contract): RowShape {
  return contract.columns.map(({ name, type }) => {
    const values = type === 'string' ? valuesOf(contract, name) : null;
    return { name, type, kind: values === null ? kindOf(type) : 'code', values: values ?? [] };
  });
}

function valuesOf(contract: Contract, column: string): readonly string[] | null {
  const field = contract.fields.find((rule) => (rule.as ?? rule.name) === column);
  const values = field === undefined ? null : wordsOf(field);
  return values === null || values.length >= nullCode ? null : [...new Set(values)].sort(compareUtf8);
}

function wordsOf(field: FieldRule): readonly string[] | null {
  if (field.kind === 'enum') return field.values;
  return field.kind === 'currency' ? [...Object.keys(field.rates), field.base] : null;
}

function kindOf(type: FieldType): ColumnKind {
  if (type === 'string') return 'text';
  if (type === 'timestamp') return 'timestamp';
  if (type === 'int' || type === 'date') return 'int';
  if (type.startsWith('decimal(18,')) return 'decimal';
  throw new Error(`No column of a log can have the type ${type}.`);
}

export interface TextView {
  readonly kind: 'text';
  /** Row r is bytes[offsets[r], offsets[r + 1]). */
  readonly offsets: Uint32Array;
  readonly bytes: Uint8Array;
}

export type ColumnView =
  | TextView
  | { readonly kind: 'code'; readonly codes: Uint8Array }
  | { readonly kind: 'timestamp'; readonly micros: Float64Array }
  | { readonly kind: 'int'; readonly ints: Int32Array }
  /** Little-endian int64: low word at 2r, high word at 2r + 1. */
  | { readonly kind: 'decimal'; readonly words: Int32Array };

export interface BlockView {
  readonly rows: number;
  /** murmur3 of the key's UTF-8 bytes. */
  readonly hashes: Uint32Array;
  readonly columns: readonly ColumnView[];
}

const align8 = (bytes: number): number => (bytes + 7) & ~7;

function columnBytes(kind: ColumnKind, rows: number, textBytes: number): number {
  switch (kind) {
    case 'text':
      return align8(4 * (rows + 1)) + align8(textBytes);
    case 'code':
      return align8(rows);
    case 'int':
      return align8(4 * rows);
    case 'timestamp':
    case 'decimal':
      return 8 * rows;
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
      case 'int':
        return { kind, ints: new Int32Array(buffer, start, rows) };
      case 'timestamp':
        return { kind, micros: new Float64Array(buffer, start, rows) };
      case 'decimal':
        return { kind, words: new Int32Array(buffer, start, 2 * rows) };
    }
  });
  return { rows, hashes: new Uint32Array(buffer, 0, rows), columns };
}
