// Columns that grow row by row on one thread, then become a block of exactly the size they need.
// The scanner writes into the columns itself; what the rules accepted is appended value by value.

import { murmur3 } from '../../format/key-index.js';
import { blockRows, newBlock, nullCode, nullInt, viewBlock } from './row-block.js';
import type { ColumnShape, ColumnView, RowBlock, RowShape } from './row-block.js';
import type { Value } from '../values/rules.js';

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

  putNull(row: number): void {
    this.offsets[row + 1] = this.offsets[row]!;
  }

  #grow(needed: number): void {
    const larger = new Uint8Array(Math.max(needed, this.bytes.length * 2));
    larger.set(this.bytes);
    this.bytes = larger;
  }
}

export class CodeColumn {
  readonly kind = 'code';
  readonly codes: Uint8Array;
  readonly codeOf: ReadonlyMap<unknown, number>;

  constructor(capacity: number, values: readonly string[]) {
    this.codes = new Uint8Array(capacity);
    this.codeOf = new Map(values.map((value, code) => [value, code]));
  }
}

export class TimestampColumn {
  readonly kind = 'timestamp';
  readonly micros: Float64Array;

  constructor(capacity: number) {
    this.micros = new Float64Array(capacity);
  }
}

export class IntColumn {
  readonly kind = 'int';
  readonly ints: Int32Array;

  constructor(capacity: number) {
    this.ints = new Int32Array(capacity);
  }
}

/** Money in ten-thousandths as int64: low word at 2r, high word at 2r + 1. */
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

export type GrowingColumn = TextColumn | CodeColumn | TimestampColumn | IntColumn | DecimalColumn;

/** Rows of a shape, up to a capacity. A row counts once `rows` is raised; until then its cells may be written again. */
export class RowWriter {
  readonly columns: readonly GrowingColumn[];
  readonly hashes: Uint32Array;
  rows = 0;

  constructor(
    readonly shape: RowShape,
    /** Index of the key, a text column. */
    readonly key: number,
    capacity: number = blockRows,
  ) {
    this.columns = shape.map((column) => newColumn(column, capacity));
    this.hashes = new Uint32Array(capacity);
  }

  /** Appends what the rules accepted. */
  append(values: readonly Value[]): void {
    this.columns.forEach((column, c) => putValue(column, this.rows, values[c] ?? null));
    this.hashes[this.rows] = this.#keyHash();
    this.rows++;
  }

  /** Everything as a block, leaving the writer empty. */
  take(): RowBlock {
    const rows = this.rows;
    const textBytes = this.columns.map((column) => (column.kind === 'text' ? column.offsets[rows]! : 0));
    const block = newBlock(this.shape, rows, textBytes);
    const view = viewBlock(this.shape, block);
    view.hashes.set(this.hashes.subarray(0, rows));
    this.columns.forEach((column, c) => copyColumn(column, view.columns[c]!, rows));
    this.rows = 0;
    return block;
  }

  #keyHash(): number {
    const column = this.columns[this.key]!;
    if (column.kind !== 'text') throw new Error('The key of a log must be a text column.');
    return murmur3(column.bytes, column.offsets[this.rows]!, column.offsets[this.rows + 1]!);
  }
}

function newColumn({ kind, values }: ColumnShape, capacity: number): GrowingColumn {
  switch (kind) {
    case 'text':
      return new TextColumn(capacity);
    case 'code':
      return new CodeColumn(capacity, values);
    case 'timestamp':
      return new TimestampColumn(capacity);
    case 'int':
      return new IntColumn(capacity);
    case 'decimal':
      return new DecimalColumn(capacity);
  }
}

function putValue(column: GrowingColumn, row: number, value: Value): void {
  switch (column.kind) {
    case 'text': {
      const bytes = encoder.encode(typeof value === 'string' ? value : '');
      return column.put(row, bytes, 0, bytes.length);
    }
    case 'code':
      column.codes[row] = column.codeOf.get(value) ?? nullCode;
      return;
    case 'timestamp':
      column.micros[row] = typeof value === 'number' ? value : NaN;
      return;
    case 'int':
      column.ints[row] = typeof value === 'number' ? value : nullInt;
      return;
    case 'decimal':
      return typeof value === 'bigint' ? column.putBigint(row, value) : column.putNull(row);
  }
}

function copyColumn(from: GrowingColumn, to: ColumnView, rows: number): void {
  if (from.kind === 'text' && to.kind === 'text') {
    to.offsets.set(from.offsets.subarray(0, rows + 1));
    to.bytes.set(from.bytes.subarray(0, from.offsets[rows]));
  } else if (from.kind === 'code' && to.kind === 'code') to.codes.set(from.codes.subarray(0, rows));
  else if (from.kind === 'int' && to.kind === 'int') to.ints.set(from.ints.subarray(0, rows));
  else if (from.kind === 'timestamp' && to.kind === 'timestamp') to.micros.set(from.micros.subarray(0, rows));
  else if (from.kind === 'decimal' && to.kind === 'decimal') to.words.set(from.words.subarray(0, 2 * rows));
  else throw new Error(`A column of kind ${from.kind} cannot become ${to.kind}.`);
}
