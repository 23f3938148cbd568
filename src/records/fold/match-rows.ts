// Rows whose text is one of many keys.

import { blockRows } from '../rows/row-block.js';
import { blockOf, rowInBlock } from '../rows/row-store.js';
import type { RowStore } from '../rows/row-store.js';

/** The rows (null: all of the store) whose text column equals one of the keys, in their order. */
export function matchRows(
  store: RowStore,
  rows: Uint32Array | null,
  { column, keys }: { readonly column: string; readonly keys: readonly string[] },
): Uint32Array {
  const wanted = new Set(keys);
  const at = store.shape.findIndex(({ name }) => name === column);
  return (rows ?? allRows(store)).filter((row) => {
    const { offsets } = store.column(blockOf(row), at, 'text');
    const isNull = offsets[rowInBlock(row)] === offsets[rowInBlock(row) + 1];
    return !isNull && wanted.has(store.text(row, at));
  });
}

function allRows(store: RowStore): Uint32Array {
  const rows = store.blocks.flatMap((block, b) =>
    Array.from({ length: block.rows }, (_, r) => b * blockRows + r),
  );
  return Uint32Array.from(rows);
}

/** The rows of a block whose key has one of the hashes, which ascend. */
export function rowsWithHashes(store: RowStore, block: number, hashes: Uint32Array): Uint32Array {
  const { rows, hashes: own } = store.view(block);
  const found = new Uint32Array(rows);
  let count = 0;
  for (let row = 0; row < rows; row++)
    if (isAmong(hashes, own[row]!)) found[count++] = block * blockRows + row;
  return found.subarray(0, count);
}

function isAmong(ascending: Uint32Array, wanted: number): boolean {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ascending[middle]! < wanted) low = middle + 1;
    else high = middle;
  }
  return ascending[low] === wanted;
}
