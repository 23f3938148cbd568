// Changed rows put in their partitions: which of these change, and every row of those, sorted.
// Plan first (all in row numbers); whoever encodes reads the rows.

import { mapConcurrent } from '../../common/concurrency.js';
import type { WorkerPool } from '../../common/worker-pool.js';
import type { TableDefinition } from '../../format/table-definition.js';
import type { ExistingFile } from '../log-types.js';
import { blockRows } from '../rows/row-block.js';
import type { RowStore } from '../rows/row-store.js';
import type { SortTask } from '../worker.js';
import type { FoldState } from './fold-state.js';
import { noRow } from './key-table.js';
import type { OldRows } from './old-rows.js';
import {
  comparePartitionNumbers,
  nowhere,
  partitionReader,
  partitionText,
  rowPartitions,
} from './row-partitions.js';
import type { RowPartitions } from './row-partitions.js';
import type { Changes } from './variants.js';

/** Rows that one task sorts or encodes, unless a single partition has more: enough to keep messages few. */
export const taskRows = 65_536;

/** The new content of every changed partition, and what was added and taken out. */
export interface PlacedChanges {
  readonly partitions: readonly { readonly value: string; readonly rows: number }[];
  readonly addedRows: number;
  readonly removedRows: number;
  readonly state: FoldState;
}

/** Works out which partitions of the table the changes touch, and sorts their rows on worker threads. */
export async function placeChanges<F extends ExistingFile>(
  pool: WorkerPool,
  store: RowStore,
  { old, table, changes }: { old: OldRows<F>; table: TableDefinition; changes: Changes },
): Promise<PlacedChanges> {
  const { shape, key } = store;
  const partitioning = rowPartitions(table, shape);
  const plan = planPartitions(store, partitioning, changes);
  const placed = await placeRows(store, old, plan);
  await sortPartitions(pool, store, placed);
  const rows = { blocks: store.blocks, order: placed.order.buffer, ...addedState(plan) };
  return {
    partitions: placed.counts,
    addedRows: changes.rows.length,
    removedRows: changes.replaced.reduce((sum, row) => sum + Number(row !== noRow), 0),
    state: { shape, key, partitioning, ...rows },
  };
}

/** Partitions (by number) whose rows change: what comes in and how much; what goes out. */
interface PartitionPlan {
  readonly partitions: readonly number[];
  readonly added: ReadonlyMap<number, number>;
  readonly removed: ReadonlySet<number>;
  readonly changes: Changes;
  readonly partitioning: RowPartitions;
  readonly partitionOf: (row: number) => number;
}

function planPartitions(store: RowStore, partitioning: RowPartitions, changes: Changes): PartitionPlan {
  const partitionOf = partitionReader(store, partitioning);
  const added = new Map<number, number>();
  const removed = new Set<number>();
  for (const row of changes.rows) {
    const partition = partitionOf(row);
    added.set(partition, (added.get(partition) ?? 0) + 1);
  }
  for (const old of changes.replaced) {
    if (old === noRow) continue;
    removed.add(old);
    const partition = partitionOf(old);
    added.set(partition, added.get(partition) ?? 0);
  }
  const partitions = [...added.keys()].sort(comparePartitionNumbers);
  return { partitions, added, removed, changes, partitioning, partitionOf };
}

interface PlacedRows {
  readonly counts: readonly { readonly value: string; readonly rows: number }[];
  readonly order: Uint32Array<SharedArrayBuffer>;
}

/** The rows of every changed partition, old ones that stay and new ones, partition after partition. */
async function placeRows<F extends ExistingFile>(
  store: RowStore,
  old: OldRows<F>,
  plan: PartitionPlan,
): Promise<PlacedRows> {
  const kept = await keptRows(store, old, plan);
  const counts = plan.partitions.map((partition, p) => ({
    value: partitionText(plan.partitioning, partition),
    rows: kept[p]!.length + (plan.added.get(partition) ?? 0),
  }));
  const order = new Uint32Array(new SharedArrayBuffer(4 * counts.reduce((sum, { rows }) => sum + rows, 0)));
  const next = new Map<number, number>();
  let at = 0;
  plan.partitions.forEach((partition, p) => {
    order.set(kept[p]!, at);
    next.set(partition, at + kept[p]!.length);
    at += counts[p]!.rows;
  });
  for (const row of plan.changes.rows) {
    const partition = plan.partitionOf(row);
    const place = next.get(partition)!;
    order[place] = row;
    next.set(partition, place + 1);
  }
  return { counts, order };
}

async function keptRows<F extends ExistingFile>(
  store: RowStore,
  old: OldRows<F>,
  { partitions, partitioning, removed }: PartitionPlan,
): Promise<readonly Uint32Array[]> {
  const { existing } = old;
  if (existing === null) return partitions.map(() => new Uint32Array());
  const files = partitions.map((partition) =>
    existing.partitionFiles(partitionText(partitioning, partition)),
  );
  await old.load(files.flat());
  return Promise.all(files.map(async (own) => rowsOfBlocks(store, await old.load(own), removed)));
}

function rowsOfBlocks(store: RowStore, blocks: readonly number[], without: ReadonlySet<number>): Uint32Array {
  const rows = new Uint32Array(blocks.reduce((sum, block) => sum + store.blocks[block]!.rows, 0));
  let count = 0;
  for (const block of blocks) {
    const start = block * blockRows;
    for (let row = start; row < start + store.blocks[block]!.rows; row++) {
      if (!without.has(row)) rows[count++] = row;
    }
  }
  return rows.subarray(0, count);
}

/** Partitions in runs of at least `size` rows: [first partition, end), and where their rows start. */
interface PartitionRun {
  readonly first: number;
  readonly end: number;
  readonly start: number;
}

/** Neighbouring partitions gathered into tasks of about `size` rows; a larger partition is a task of its own. */
export function partitionRuns(
  counts: readonly { readonly rows: number }[],
  size = taskRows,
): readonly PartitionRun[] {
  const runs: PartitionRun[] = [];
  let [first, start, rows] = [0, 0, 0];
  counts.forEach((partition, p) => {
    rows += partition.rows;
    if (rows < size && p + 1 < counts.length) return;
    runs.push({ first, end: p + 1, start });
    [first, start, rows] = [p + 1, start + rows, 0];
  });
  return runs;
}

async function sortPartitions(
  pool: WorkerPool,
  store: RowStore,
  { counts, order }: PlacedRows,
): Promise<void> {
  const rows = { shape: store.shape, key: store.key, blocks: store.blocks, order: order.buffer };
  await mapConcurrent(partitionRuns(counts), pool.size + 1, ({ first, end, start }) => {
    const task: SortTask = {
      ...rows,
      start,
      counts: counts.slice(first, end).map((partition) => partition.rows),
    };
    return pool.run<null>('sort', task);
  });
}

function addedState({ changes: { rows, replaced }, partitionOf }: PartitionPlan): {
  readonly added: SharedArrayBuffer;
  readonly addedFrom: Int32Array;
} {
  const added = new Uint32Array(new SharedArrayBuffer(rows.byteLength));
  added.set(rows);
  const addedFrom = replaced.map((row) => (row === noRow ? nowhere : partitionOf(row)));
  return { added: added.buffer, addedFrom };
}
