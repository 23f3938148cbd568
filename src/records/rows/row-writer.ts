// Rows under construction: columns that grow row by row on one thread, then become a block of exactly the size they need.

import { murmur3 } from '../../format/key-index.js';
import { blockRows, newBlock, viewBlock } from './row-block.js';
import type { RowBlock, RowShape } from './row-block.js';
import { copyColumn, newColumn, putValue } from './growing-columns.js';
import type { GrowingColumn, TextColumn } from './growing-columns.js';
import { keyWriter } from './row-keys.js';
import type { Value } from '../values/field-reader.js';

/** Rows of a shape, up to a capacity. A row counts once it is sealed; until then its cells may be written again. */
export class RowWriter {
  readonly columns: readonly GrowingColumn[];
  readonly hashes: Uint32Array;
  readonly #key: TextColumn;
  readonly #writeKey: ((row: number) => void) | null;
  rows = 0;

  constructor(
    readonly shape: RowShape,
    /** Index of the key, a text column or the shape's column of key bytes. */
    readonly key: number,
    capacity: number = blockRows,
  ) {
    this.columns = shape.map((column) => newColumn(column, capacity));
    this.hashes = new Uint32Array(capacity);
    const column = this.columns[key];
    if (column?.kind !== 'text') throw new Error('The key of a log must be text or key bytes.');
    this.#key = column;
    this.#writeKey = keyWriter(shape, this.columns);
  }

  /** Appends what the rules accepted. */
  append(values: readonly Value[]): void {
    for (let c = 0; c < values.length; c++) putValue(this.columns[c]!, this.rows, values[c] ?? null);
    this.seal();
  }

  /** Takes the next row in, whose cells are all written. */
  seal(): void {
    const row = this.rows;
    if (this.#writeKey !== null) this.#writeKey(row);
    const { bytes, offsets } = this.#key;
    this.hashes[row] = murmur3(bytes, offsets[row]!, offsets[row + 1]!);
    this.rows = row + 1;
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
}
