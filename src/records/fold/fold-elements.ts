// The elements of records as the rows of a child's table. Nothing of the table as it was is looked at: its rows are those of
// the records that stand, and of no other.

import { mapConcurrent } from '../../common/concurrency.js';
import type { WorkerPool } from '../../common/worker-pool.js';
import type { TableDefinition } from '../../format/table-definition.js';
import type { ElementsTask } from '../read-elements.js';
import { rowShape, type RowBlock } from '../rows/row-block.js';
import { keyColumn } from '../rows/row-keys.js';
import { RowStore } from '../rows/row-store.js';
import { foundKeys, type FoundKeys } from './found-keys.js';
import { KeyTable, noRow } from './key-table.js';
import { addBlocks, eachBlock, OldRows } from './old-rows.js';
import { placeChanges, type PlacedChanges } from './place-rows.js';
import { winnerOrder } from './row-order.js';

/** What the rows of a child's table are made of. */
interface FoldElementsOptions extends Omit<ElementsTask, 'bytes'> {
  /** The child's. */
  readonly table: TableDefinition;
  /** Files of the parent's table; each is read when its turn comes. */
  readonly files: readonly (() => Promise<Uint8Array>)[];
}

/** The rows of a child's table, by partition. */
export interface ElementsFold extends PlacedChanges {
  /** Keys that more than one element has; the largest by its columns stands. */
  readonly repeated: FoundKeys;
}

/** A function of the files' set of records, whatever their order. */
export async function foldElements(
  pool: WorkerPool,
  { child, parent, schema, table, files }: FoldElementsOptions,
): Promise<ElementsFold> {
  const shape = rowShape(child);
  const store = new RowStore(shape, keyColumn(shape, child));
  const read = await mapConcurrent(files, pool.size + 1, async (bytesOf) => {
    const task: ElementsTask = { child, parent, schema, bytes: await bytesOf() };
    return pool.run<readonly RowBlock[]>('elements', task);
  });
  const blocks = read.flatMap((each) => addBlocks(store, each));
  const { rows, repeated } = oneOfEachKey(store, blocks);
  const old = new OldRows(pool, store, null);
  const changes = { rows, replaced: new Int32Array(rows.length).fill(noRow) };
  return {
    ...(await placeChanges(pool, store, { old, table, changes })),
    repeated: foundKeys(store, child, repeated),
  };
}

/** The row of each key, and the keys that several rows have. */
function oneOfEachKey(
  store: RowStore,
  blocks: readonly number[],
): { readonly rows: Uint32Array; readonly repeated: readonly number[] } {
  const all = store.blocks.reduce((sum, { rows }) => sum + rows, 0);
  const table = new KeyTable(store, all);
  const compare = winnerOrder({ winner: [] }, store);
  const standing = new Int32Array(table.capacity).fill(noRow);
  const repeated = new Set<number>();
  eachBlock(store, blocks, (start, rows) => {
    for (let row = start; row < start + rows; row++) {
      const slot = table.insert(row);
      const other = standing[slot]!;
      if (other !== noRow) repeated.add(slot);
      if (other === noRow || compare(row, other) > 0) standing[slot] = row;
    }
  });
  return {
    rows: Uint32Array.from(standing.filter((row) => row !== noRow)),
    repeated: Array.from(repeated, (slot) => standing[slot]!),
  };
}
