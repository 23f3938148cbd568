// Rows by key: an open-addressing hash table over typed arrays. Hashes only lead to a row; full key bytes decide.

import { compareTexts } from './row-order.js';
import { blockOf, rowInBlock } from '../rows/row-store.js';
import type { RowStore } from '../rows/row-store.js';

/** No row has the key. */
export const noRow = -1;

/** One row per key. A key is known by its slot, a number below `capacity`, which never changes. */
export class KeyTable {
  readonly #mask: number;
  /** Row + 1; 0 is a free slot. */
  readonly #rows: Uint32Array;
  readonly #hashes: Uint32Array;
  #size = 0;

  constructor(
    private readonly store: RowStore,
    maxKeys: number,
  ) {
    const capacity = 2 ** Math.ceil(Math.log2(Math.max(16, maxKeys * 2)));
    this.#mask = capacity - 1;
    this.#rows = new Uint32Array(capacity);
    this.#hashes = new Uint32Array(capacity);
  }

  get capacity(): number {
    return this.#mask + 1;
  }

  get size(): number {
    return this.#size;
  }

  /** The row of a slot, or `noRow`. */
  rowAt(slot: number): number {
    return this.#rows[slot]! - 1;
  }

  /** The slot of the row's key, which the row takes if it is free: then `rowAt` is the row itself. */
  insert(row: number): number {
    const slot = this.#seek(row);
    if (this.#rows[slot] === 0) {
      this.#rows[slot] = row + 1;
      this.#hashes[slot] = this.store.hash(row);
      this.#size++;
    }
    return slot;
  }

  /** The slot that holds the key of that row, or -1. */
  find(row: number): number {
    const slot = this.#seek(row);
    return this.#rows[slot] === 0 ? -1 : slot;
  }

  /** The distinct hashes of all keys, ascending. */
  sortedHashes(): Uint32Array {
    const hashes = new Uint32Array(this.#size);
    let count = 0;
    for (let slot = 0; slot <= this.#mask; slot++) {
      if (this.#rows[slot] !== 0) hashes[count++] = this.#hashes[slot]!;
    }
    hashes.sort();
    return hashes.filter((hash, i) => i === 0 || hash !== hashes[i - 1]);
  }

  /** The slot with the row's key, or the free one where it belongs. */
  #seek(row: number): number {
    const { store } = this;
    const hash = store.hash(row);
    const keys = store.column(blockOf(row), store.key, 'text');
    let slot = hash & this.#mask;
    for (; this.#rows[slot] !== 0; slot = (slot + 1) & this.#mask) {
      if (this.#hashes[slot] !== hash) continue;
      const other = this.#rows[slot]! - 1;
      const otherKeys = store.column(blockOf(other), store.key, 'text');
      if (compareTexts(keys, rowInBlock(row), otherKeys, rowInBlock(other)) === 0) break;
    }
    return slot;
  }
}
