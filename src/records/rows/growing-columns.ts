// Columns under construction on one thread. The scanner writes into them itself; what the rules accepted comes value by value.

import { nullCode, nullInt } from './row-block.js';
import type { ColumnShape, ColumnView } from './row-block.js';
import { integerOfWords } from './wide-integers.js';
import type { Value } from '../values/field-reader.js';

const encoder = new TextEncoder();

/** Text under construction. Row r is bytes[offsets[r], offsets[r + 1]). */
export class TextColumn {
  readonly kind = 'text';
  readonly offsets: Uint32Array;
  bytes = new Uint8Array(1 << 12);

  constructor(capacity: number) {
    this.offsets = new Uint32Array(capacity + 1);
  }

  /** Copies source[start, end) in as the text of `row`; rows before it must be there. */
  put(row: number, source: Uint8Array, start: number, end: number): void {
    let at = this.offsets[row]!;
    if (at + (end - start) > this.bytes.length) this.#grow(at + (end - start));
    const bytes = this.bytes;
    for (let from = start; from < end; from++) bytes[at++] = source[from]!;
    this.offsets[row + 1] = at;
  }

  /** The UTF-8 of a text; most are short and ASCII, and never leave this loop. */
  putText(row: number, text: string): void {
    const start = this.offsets[row]!;
    const most = start + 3 * text.length;
    if (most > this.bytes.length) this.#grow(most);
    const bytes = this.bytes;
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code >= 0x80) {
        const { written } = encoder.encodeInto(text, bytes.subarray(start));
        this.offsets[row + 1] = start + written;
        return;
      }
      bytes[start + at] = code;
    }
    this.offsets[row + 1] = start + text.length;
  }

  putNull(row: number): void {
    this.offsets[row + 1] = this.offsets[row]!;
  }

  #grow(needed: number): void {
    const larger = new Uint8Array(Math.max(needed, this.bytes.length * 2));
    larger.set(this.bytes);
    this.bytes = larger;
  }
}

/** Texts of a small known set, a byte each. */
export class CodeColumn {
  readonly kind = 'code';
  readonly codes: Uint8Array;
  readonly codeOf: ReadonlyMap<unknown, number>;

  constructor(
    capacity: number,
    /** By code. */
    readonly values: readonly string[],
  ) {
    this.codes = new Uint8Array(capacity);
    this.codeOf = new Map(values.map((value, code) => [value, code]));
  }
}

/** 0, 1 or `nullCode`. */
export class BooleanColumn {
  readonly kind = 'boolean';
  readonly flags: Uint8Array;

  constructor(capacity: number) {
    this.flags = new Uint8Array(capacity);
  }
}

/** Instants as microseconds since the epoch. */
export class TimestampColumn {
  readonly kind = 'timestamp';
  readonly micros: Float64Array;

  constructor(capacity: number) {
    this.micros = new Float64Array(capacity);
  }
}

/** Doubles. */
export class DoubleColumn {
  readonly kind = 'double';
  readonly doubles: Float64Array;

  constructor(capacity: number) {
    this.doubles = new Float64Array(capacity);
  }

  /** A finite number, or NaN for null. There is one zero: rows that are equal have equal bytes. */
  put(row: number, double: number): void {
    this.doubles[row] = double + 0;
  }
}

/** Whole numbers of 32 bits, and dates as days since the epoch. */
export class IntColumn {
  readonly kind = 'int';
  readonly ints: Int32Array;

  constructor(capacity: number) {
    this.ints = new Int32Array(capacity);
  }
}

/** Decimals of at most 18 digits as int64: low word at 2r, high word at 2r + 1. */
export class DecimalColumn {
  readonly kind = 'decimal';
  readonly words: Int32Array;

  constructor(capacity: number) {
    this.words = new Int32Array(2 * capacity);
  }

  /** `scaled` is an integer below 2^53 in absolute value. */
  put(row: number, scaled: number): void {
    this.words[2 * row] = scaled | 0;
    this.words[2 * row + 1] = Math.floor(scaled / 0x1_0000_0000);
  }

  putNull(row: number): void {
    this.words[2 * row] = 0;
    this.words[2 * row + 1] = nullInt;
  }

  putBigint(row: number, scaled: bigint): void {
    this.words[2 * row] = Number(BigInt.asIntN(32, scaled));
    this.words[2 * row + 1] = Number(scaled >> 32n);
  }
}

/** Integers of 64 bits and decimals of more than 18 digits as int128: four words, lowest first, from 4r on. */
export class WideColumn {
  readonly kind = 'wide';
  readonly words: Int32Array;

  constructor(capacity: number) {
    this.words = new Int32Array(4 * capacity);
  }

  /** A safe integer. */
  put(row: number, whole: number): void {
    this.putWords(row, whole | 0, Math.floor(whole / 0x1_0000_0000));
  }

  /** A number of 64 bits. */
  putWords(row: number, low: number, high: number): void {
    this.words[4 * row] = low;
    this.words[4 * row + 1] = high;
    this.words[4 * row + 2] = this.words[4 * row + 3] = high >> 31;
  }

  putNull(row: number): void {
    this.words.fill(0, 4 * row, 4 * row + 3);
    this.words[4 * row + 3] = nullInt;
  }

  putBigint(row: number, whole: bigint): void {
    for (let word = 0; word < 4; word++)
      this.words[4 * row + word] = Number(BigInt.asIntN(32, whole >> BigInt(32 * word)));
  }
}

/** A column that is filled row by row, of any kind. */
export type GrowingColumn =
  | TextColumn
  | CodeColumn
  | BooleanColumn
  | TimestampColumn
  | DoubleColumn
  | IntColumn
  | DecimalColumn
  | WideColumn;

/** An empty column of a shape, with room for so many rows. */
export function newColumn({ kind, values }: ColumnShape, capacity: number): GrowingColumn {
  switch (kind) {
    case 'text':
      return new TextColumn(capacity);
    case 'code':
      return new CodeColumn(capacity, values);
    case 'boolean':
      return new BooleanColumn(capacity);
    case 'timestamp':
      return new TimestampColumn(capacity);
    case 'double':
      return new DoubleColumn(capacity);
    case 'int':
      return new IntColumn(capacity);
    case 'decimal':
      return new DecimalColumn(capacity);
    case 'wide':
      return new WideColumn(capacity);
  }
}

/** What the rules accepted; anything that is not of the column's kind is null. */
export function putValue(column: GrowingColumn, row: number, value: Value): void {
  switch (column.kind) {
    case 'text':
      return column.putText(row, typeof value === 'string' ? value : '');
    case 'code':
      column.codes[row] = column.codeOf.get(value) ?? nullCode;
      return;
    case 'boolean':
      column.flags[row] = typeof value === 'boolean' ? Number(value) : nullCode;
      return;
    case 'timestamp':
      column.micros[row] = typeof value === 'number' ? value : NaN;
      return;
    case 'double':
      return column.put(row, typeof value === 'number' ? value : NaN);
    case 'int':
      column.ints[row] = typeof value === 'number' ? value : nullInt;
      return;
    case 'decimal':
      return typeof value === 'bigint' ? column.putBigint(row, value) : column.putNull(row);
    case 'wide':
      if (typeof value === 'number') return column.put(row, value);
      return typeof value === 'bigint' ? column.putBigint(row, value) : column.putNull(row);
  }
}

/** The value of a row that was written; texts of no bytes are null. */
export function valueAt(column: GrowingColumn, row: number): Value {
  switch (column.kind) {
    case 'text': {
      const [start, end] = [column.offsets[row]!, column.offsets[row + 1]!];
      return start === end ? null : Buffer.from(column.bytes.buffer, start, end - start).toString();
    }
    case 'code':
      return column.values[column.codes[row]!] ?? null;
    case 'boolean':
      return column.flags[row] === nullCode ? null : column.flags[row] === 1;
    case 'timestamp':
      return Number.isNaN(column.micros[row]!) ? null : column.micros[row]!;
    case 'double':
      return Number.isNaN(column.doubles[row]!) ? null : column.doubles[row]!;
    case 'int':
      return column.ints[row] === nullInt ? null : column.ints[row]!;
    case 'decimal':
      return column.words[2 * row + 1] === nullInt
        ? null
        : integerOfWords(column.words.subarray(2 * row, 2 * row + 2));
    case 'wide':
      return column.words[4 * row + 3] === nullInt
        ? null
        : integerOfWords(column.words.subarray(4 * row, 4 * row + 4));
  }
}

/** Copies the first `rows` rows into a block's column of the same kind. */
export function copyColumn(from: GrowingColumn, to: ColumnView, rows: number): void {
  if (from.kind === 'text' && to.kind === 'text') {
    to.offsets.set(from.offsets.subarray(0, rows + 1));
    to.bytes.set(from.bytes.subarray(0, from.offsets[rows]));
  } else if (from.kind === 'code' && to.kind === 'code') to.codes.set(from.codes.subarray(0, rows));
  else if (from.kind === 'boolean' && to.kind === 'boolean') to.flags.set(from.flags.subarray(0, rows));
  else if (from.kind === 'int' && to.kind === 'int') to.ints.set(from.ints.subarray(0, rows));
  else if (from.kind === 'timestamp' && to.kind === 'timestamp') to.micros.set(from.micros.subarray(0, rows));
  else if (from.kind === 'double' && to.kind === 'double') to.doubles.set(from.doubles.subarray(0, rows));
  else if (from.kind === 'decimal' && to.kind === 'decimal') to.words.set(from.words.subarray(0, 2 * rows));
  else if (from.kind === 'wide' && to.kind === 'wide') to.words.set(from.words.subarray(0, 4 * rows));
  else throw new Error(`A column of kind ${from.kind} cannot become ${to.kind}.`);
}
