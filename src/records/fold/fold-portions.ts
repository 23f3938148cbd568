// A log's new rows folded into its table when they may be more than memory holds: first bin by bin of the keys' hashes it
// is decided what changes, then range by range of partitions the changes are put in place. The outcome is that of `foldLog`.

import type { Table } from 'apache-arrow';
import { collectGarbage } from '../../common/collect-garbage.js';
import { mapConcurrent } from '../../common/concurrency.js';
import type { WorkerPool } from '../../common/worker-pool.js';
import type { WantedKeys } from '../../format/wanted-keys.js';
import type {
  EncodedPartition,
  EncodeOptions,
  ExistingFile,
  ExistingRows,
  FoldFigures,
} from '../log-types.js';
import { blockRows, rowShape, type RowBlock } from '../rows/row-block.js';
import { gatherBlock } from '../rows/gather-block.js';
import { keyColumn } from '../rows/row-keys.js';
import { RowStore } from '../rows/row-store.js';
import type { DecodeSomeTask } from '../worker.js';
import { conflictBlocks, conflictsTable, decide } from './fold.js';
import { AddedCounts } from './fold-facts.js';
import { gatherBins, noBin } from './gather-bins.js';
import { noRow } from './key-table.js';
import { hashBin, rowsOf, type LogPortions } from './log-portions.js';
import { addBlocks } from './old-rows.js';
import { partitionRanges, type PartitionRanges } from './partition-ranges.js';
import { PlacedPortions } from './place-portions.js';
import {
  comparePartitionNumbers,
  partitionReader,
  partitionText,
  rowPartitions,
  type RowPartitions,
} from './row-partitions.js';
import { SpilledBlocks } from './spilled-blocks.js';
import type { Decisions } from './variants.js';

/** What the rows are folded into. */
interface FoldPortionsOptions<F extends ExistingFile> {
  /** Null: the table is empty. */
  readonly existing: ExistingRows<F> | null;
  /** Only these partitions are put in place. */
  readonly wants: (partition: string) => boolean;
  /** Columns of which nulls are counted. */
  readonly countNulls: readonly string[];
}

/** What changes in a table; its rows wait on the disk. */
export interface PortionedFold extends FoldFigures {
  /** As in a `Fold`. */
  readonly conflicts: Table | null;
  /**
   * The changed partitions as data files, in ascending order; to be asked for once, since what was read goes.
   * @throws LakeError `check-failed` if a partition's keys are not strictly ascending
   */
  encode(options: EncodeOptions): AsyncGenerator<EncodedPartition>;
}

/** Folds all rows that were taken in. */
export async function foldPortions<F extends ExistingFile>(
  portions: LogPortions,
  options: FoldPortionsOptions<F>,
): Promise<PortionedFold> {
  const bins = await portions.bins();
  const { existing } = options;
  const { contract, table, openScratch, portionRows } = portions.options;
  const shape = rowShape(contract);
  const partitioning = rowPartitions(table, shape);
  const rowsBefore = (partition: number): number =>
    (existing?.partitionFiles(partitionText(partitioning, partition)) ?? []).reduce(
      (sum, { rows }) => sum + rows,
      0,
    );
  const ranges = partitionRanges(portions.partitions, rowsBefore, portionRows);
  const changes = {
    added: new SpilledBlocks(await openScratch(), ranges.count),
    removed: new SpilledBlocks(await openScratch(), ranges.count),
  };
  const folder = new BinFolder(portions, { ...options, changes, ranges, partitioning });
  for (const group of groupsOf(bins.rows, portionRows)) {
    collectGarbage(); // the group before
    await folder.fold(bins, group);
  }
  await bins.close();
  const placed = new PlacedPortions(portions.options, { existing, changes, count: ranges.count });
  return {
    ...folder.figures(rowsBefore),
    conflicts: folder.conflicts(),
    encode: (encoding) => placed.encode(encoding),
  };
}

/** All bins, neighbours together that have about so many rows: bins without rows may hold conflicts of before. */
function groupsOf(rows: readonly number[], most: number): readonly (readonly number[])[] {
  const groups: number[][] = [[]];
  let count = 0;
  rows.forEach((own, bin) => {
    if (count > 0 && count + own > most) {
      groups.push([]);
      count = 0;
    }
    groups.at(-1)!.push(bin);
    count += own;
  });
  return groups;
}

interface BinFolderOptions<F extends ExistingFile> extends FoldPortionsOptions<F> {
  /** Where winners and what they replace wait, by ranges of partitions. */
  readonly changes: { readonly added: SpilledBlocks; readonly removed: SpilledBlocks };
  readonly ranges: PartitionRanges;
  readonly partitioning: RowPartitions;
}

/** Decides bins of keys one after the other, and adds up what comes of them. */
class BinFolder<F extends ExistingFile> {
  readonly #portions: LogPortions;
  readonly #options: BinFolderOptions<F>;
  readonly #shape;
  readonly #key: number;
  readonly #facts: AddedCounts;
  /** Rows that are added to each partition, less those that are taken out. */
  readonly #growth = new Map<number, number>();
  /** The conflicts table before, and after. */
  readonly #oldConflicts: RowStore;
  readonly #conflicts: RowStore;
  readonly #conflicting: (readonly number[])[] = [];
  #conflictsChanged = false;
  #added = 0;
  #removed = 0;
  #duplicates = 0;

  constructor(portions: LogPortions, options: BinFolderOptions<F>) {
    const { contract } = portions.options;
    this.#portions = portions;
    this.#options = options;
    this.#shape = rowShape(contract);
    this.#key = keyColumn(this.#shape, contract);
    this.#facts = new AddedCounts(options.partitioning.column, options.countNulls);
    this.#conflicts = new RowStore(this.#shape, this.#key);
    const old = conflictBlocks(this.#conflicts, options.existing?.conflicts ?? null);
    this.#oldConflicts = new RowStore(this.#shape, this.#key, old);
  }

  get #pool(): WorkerPool {
    return this.#portions.options.pool();
  }

  async fold(bins: SpilledBlocks, group: readonly number[]): Promise<void> {
    const { existing } = this.#options;
    const store = new RowStore(this.#shape, this.#key);
    const fresh: number[] = [];
    for (const bin of group) fresh.push(...addBlocks(store, await bins.load(bin)));
    const wanted = new Set(group);
    const known = existing && {
      rows: async (keys: WantedKeys, column: string | null) =>
        addBlocks(store, await this.#rowsWith(existing, keys, column)),
      conflicts: () => addBlocks(store, this.#conflictsIn(wanted)),
    };
    const decisions = await decide(store, this.#portions.options.contract, fresh, known);
    this.#count(store, decisions);
    await this.#putAway(store, decisions);
    this.#keepConflicts(store, decisions);
  }

  /** The table's rows with one of the keys; others of the same hash may be among them. */
  async #rowsWith(
    existing: ExistingRows<F>,
    keys: WantedKeys,
    column: string | null,
  ): Promise<readonly RowBlock[]> {
    const hashes = new SharedArrayBuffer(keys.hashes.byteLength);
    new Uint32Array(hashes).set(keys.hashes);
    const pool = this.#pool;
    const found = await mapConcurrent(
      await existing.candidates(keys, column),
      pool.size + 1,
      async (file) => {
        const bytes = await existing.read(file);
        const task: DecodeSomeTask = { shape: this.#shape, key: this.#key, bytes, hashes };
        return pool.run<readonly RowBlock[]>('decodeSome', task);
      },
    );
    return found.flat();
  }

  #conflictsIn(group: ReadonlySet<number>): readonly RowBlock[] {
    const store = this.#oldConflicts;
    const all = store.blocks.map((_, block) => block);
    return blocksOf(
      store,
      rowsOf(store, all).filter((row) => group.has(hashBin(store.hash(row)))),
    );
  }

  #count(store: RowStore, { changes, duplicates }: Decisions): void {
    const partitionOf = partitionReader(store, this.#options.partitioning);
    const grow = (row: number, by: number): void => {
      const partition = partitionOf(row);
      this.#growth.set(partition, (this.#growth.get(partition) ?? 0) + by);
    };
    this.#duplicates += duplicates;
    this.#added += changes.rows.length;
    this.#facts.add(store, changes.rows);
    for (const row of changes.rows) grow(row, 1);
    for (const row of changes.replaced) {
      if (row === noRow) continue;
      this.#removed++;
      grow(row, -1);
    }
  }

  async #putAway(store: RowStore, { changes: { rows, replaced } }: Decisions): Promise<void> {
    const { changes, ranges, partitioning, wants } = this.#options;
    const partitionOf = partitionReader(store, partitioning);
    const wanted = new Map<number, number>();
    const rangeOf = (partition: number): number =>
      wants(partitionText(partitioning, partition)) ? ranges.rangeOf(partition) : noBin;
    const binOf = (row: number): number => {
      const partition = partitionOf(row);
      const range = wanted.get(partition) ?? rangeOf(partition);
      wanted.set(partition, range);
      return range;
    };
    const { count } = ranges;
    await gatherBins(this.#pool, store, rows, { blocks: changes.added, count, binOf });
    const gone = Uint32Array.from(replaced.filter((row) => row !== noRow));
    await gatherBins(this.#pool, store, gone, { blocks: changes.removed, count, binOf });
  }

  #keepConflicts(store: RowStore, { conflicts, conflictsChanged }: Decisions): void {
    this.#conflictsChanged ||= conflictsChanged;
    const kept = rowsOf(
      this.#conflicts,
      addBlocks(this.#conflicts, blocksOf(store, Uint32Array.from(conflicts.flat()))),
    );
    let at = 0;
    for (const variants of conflicts) {
      this.#conflicting.push(Array.from(kept.subarray(at, at + variants.length)));
      at += variants.length;
    }
  }

  /** The new content of the conflicts table; null if it did not change. */
  conflicts(): Table | null {
    if (!this.#conflictsChanged) return null;
    return conflictsTable(this.#portions.options.contract, this.#conflicts, this.#conflicting);
  }

  figures(rowsBefore: (partition: number) => number): FoldFigures {
    const { partitioning, wants } = this.#options;
    const partitions = [...this.#growth]
      .map(([partition, growth]) => ({
        value: partitionText(partitioning, partition),
        rows: rowsBefore(partition) + growth,
        partition,
      }))
      .filter(({ value }) => wants(value))
      .sort((a, b) => comparePartitionNumbers(a.partition, b.partition));
    return {
      partitions: partitions.map(({ value, rows }) => ({ value, rows })),
      addedRows: this.#added,
      removedRows: this.#removed,
      duplicates: this.#duplicates,
      conflictingKeys: this.#conflicting.length,
      addedBefore: (day) => this.#facts.addedBefore(day),
      addedNulls: (column) => this.#facts.addedNulls(column),
    };
  }
}

/** Rows of a store as blocks of their own, made on this thread: for few. */
function blocksOf(store: RowStore, rows: Uint32Array): readonly RowBlock[] {
  const blocks: RowBlock[] = [];
  for (let at = 0; at < rows.length; at += blockRows)
    blocks.push(gatherBlock(store, rows.subarray(at, at + blockRows)));
  return blocks;
}
