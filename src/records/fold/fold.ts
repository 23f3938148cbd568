// New rows folded into a table: which keys change, so which partitions, and every row of those.
// Plan first (all in row numbers), then whoever encodes reads the rows.

import type { Table } from 'apache-arrow';
import { mapConcurrent } from '../../common/concurrency.js';
import type { WorkerPool } from '../../common/worker-pool.js';
import type { Schema } from '../../format/schema.js';
import { booleanData, tableOf } from '../../parquet/columns.js';
import type { Contract } from '../contract.js';
import { blocksOfTable } from '../rows/decode-rows.js';
import { gatherTable, schemaOf } from '../rows/pick-rows.js';
import { noRow } from './key-table.js';
import type { ExistingFile, ExistingRows, Fold, FoldOptions } from '../log-types.js';
import { blockRows, rowShape } from '../rows/row-block.js';
import type { RowBlock } from '../rows/row-block.js';
import { isTextKey, keyColumn } from '../rows/row-keys.js';
import { textOrder, winnerOrder } from './row-order.js';
import {
  comparePartitionNumbers,
  nowhere,
  partitionReader,
  partitionText,
  rowPartitions,
} from './row-partitions.js';
import type { RowPartitions } from './row-partitions.js';
import { blockOf, RowStore } from '../rows/row-store.js';
import { Variants } from './variants.js';
import type { Changes, Decisions } from './variants.js';
import type { DecodeTask, SortTask } from '../worker.js';

/** Rows that one task sorts or encodes, unless a single partition has more: enough to keep messages few. */
export const taskRows = 65_536;

/**
 * Deduplicates by key, decides winners, and works out which partitions change.
 * The outcome is a function of the set of distinct records alone: no split, order or repeat of them can change it.
 */
export async function foldLog<F extends ExistingFile>(
  pool: WorkerPool,
  options: FoldOptions<F>,
): Promise<Fold> {
  const { contract, table, existing } = options;
  const shape = rowShape(contract);
  const store = new RowStore(shape, keyColumn(shape, contract));
  const old = new OldRows(pool, store, existing);
  const decisions = await decide(store, old, options);
  const partitioning = rowPartitions(table, shape);
  const plan = planPartitions(store, partitioning, decisions.changes);
  const partitions = await placeRows(store, old, plan);
  await sortPartitions(pool, store, partitions);
  return {
    partitions: partitions.counts,
    addedRows: decisions.changes.rows.length,
    removedRows: decisions.changes.replaced.reduce((sum, row) => sum + Number(row !== noRow), 0),
    duplicates: decisions.duplicates,
    conflictingKeys: decisions.conflicts.length,
    conflicts: decisions.conflictsChanged ? conflictsTable(contract, store, decisions.conflicts) : null,
    state: {
      shape,
      key: store.key,
      partitioning,
      blocks: store.blocks,
      order: partitions.order.buffer,
      ...addedState(plan),
    },
  };
}

/** The table's rows as they were, each file decoded at most once. */
class OldRows<F extends ExistingFile> {
  readonly #blocks = new Map<string, readonly number[]>();

  constructor(
    private readonly pool: WorkerPool,
    private readonly store: RowStore,
    readonly existing: ExistingRows<F> | null,
  ) {}

  /** Numbers of the blocks that hold the files' rows, in their order. */
  async load(files: readonly F[]): Promise<readonly number[]> {
    const missing = files.filter(({ path }) => !this.#blocks.has(path));
    const decoded = await mapConcurrent(missing, this.pool.size + 1, (file) => this.#decode(file));
    missing.forEach(({ path }, f) => this.#blocks.set(path, addBlocks(this.store, decoded[f]!)));
    return files.flatMap(({ path }) => this.#blocks.get(path) ?? []);
  }

  async #decode(file: F): Promise<readonly RowBlock[]> {
    const bytes = (await this.existing?.read(file)) ?? new Uint8Array();
    const task: DecodeTask = { shape: this.store.shape, key: this.store.key, bytes };
    return this.pool.run('decode', task);
  }
}

const addBlocks = (store: RowStore, blocks: readonly RowBlock[]): readonly number[] =>
  blocks.map((block) => blockOf(store.add(block)));

async function decide<F extends ExistingFile>(
  store: RowStore,
  old: OldRows<F>,
  { contract, parsed }: FoldOptions<F>,
): Promise<Decisions> {
  const newBlocks = addBlocks(
    store,
    parsed.flatMap(({ rows }) => rows),
  );
  const newRows = newBlocks.reduce((sum, block) => sum + store.blocks[block]!.rows, 0);
  const variants = new Variants(store, winnerOrder(contract, store), newRows);
  const each = (blocks: readonly number[], take: (start: number, rows: number) => void): void => {
    for (const block of blocks) take(block * blockRows, store.blocks[block]!.rows);
  };
  each(newBlocks, (start, rows) => variants.addNew(start, rows));
  if (old.existing !== null && newRows > 0) {
    const column = isTextKey(store.shape, store.key) ? (contract.key[0] ?? null) : null;
    const files = await old.existing.candidates(variants.sortedHashes, column);
    each(await old.load(files), (start, rows) => variants.addOld(start, rows));
    const conflicts = conflictBlocks(store, old.existing.conflicts);
    each(addBlocks(store, conflicts), (start, rows) => variants.addOldConflicts(start, rows));
  }
  return variants.decide();
}

const conflictBlocks = (store: RowStore, conflicts: Table | null): readonly RowBlock[] =>
  conflicts === null ? [] : blocksOfTable(store.shape, store.key, conflicts);

// ── Partitions ──────────────────────────────────────────────────────────────────────────────────────────────────

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
  changes.rows.forEach((row, i) => {
    const partition = partitionOf(row);
    added.set(partition, (added.get(partition) ?? 0) + 1);
    const old = changes.replaced[i]!;
    if (old === noRow) return;
    removed.add(old);
    const oldPartition = partitionOf(old);
    added.set(oldPartition, added.get(oldPartition) ?? 0);
  });
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
export interface PartitionRun {
  readonly first: number;
  readonly end: number;
  readonly start: number;
}

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

// ── What else a fold tells ──────────────────────────────────────────────────────────────────────────────────────

function addedState({ changes: { rows, replaced }, partitionOf }: PartitionPlan): {
  readonly added: SharedArrayBuffer;
  readonly addedFrom: Int32Array;
} {
  const added = new Uint32Array(new SharedArrayBuffer(rows.byteLength));
  added.set(rows);
  const addedFrom = replaced.map((row) => (row === noRow ? nowhere : partitionOf(row)));
  return { added: added.buffer, addedFrom };
}

/** The contract's columns and `is_winner`: by key, then winner order, winner first. */
function conflictsTable(
  contract: Contract,
  store: RowStore,
  conflicts: readonly (readonly number[])[],
): Table {
  const byKey = textOrder(store, store.key);
  const sorted = [...conflicts].sort((a, b) => byKey(a[0]!, b[0]!));
  const rows = Uint32Array.from(sorted.flat());
  const isWinner = Uint8Array.from(sorted.flatMap((variants) => variants.map((_, v) => (v === 0 ? 1 : 0))));
  const columns = schemaOf(
    store,
    contract.columns.map(({ name }) => name),
  );
  const flag = { id: columns.fields.length + 1, name: 'is_winner', type: 'boolean', required: true } as const;
  const schema: Schema = { schemaId: 0, fields: [...columns.fields, flag] };
  const data = gatherTable(store, rows, columns).batches.flatMap(({ data }) => data.children);
  return tableOf(schema, [...data, booleanData(isWinner)]);
}
