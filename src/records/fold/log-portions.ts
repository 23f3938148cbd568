// A log's accepted rows when they may be more than memory holds: taken in portion by portion, sorted by the hash of their
// key and put away. Rows of one key end in one bin, so bins can be folded one after the other.

import { collectGarbage } from '../../common/collect-garbage.js';
import type { WorkerPool } from '../../common/worker-pool.js';
import type { TableDefinition } from '../../format/table-definition.js';
import type { Contract } from '../contract.js';
import { rowShape, type RowBlock } from '../rows/row-block.js';
import { keyColumn } from '../rows/row-keys.js';
import { RowStore } from '../rows/row-store.js';
import { gatherBins } from './gather-bins.js';
import { addBlocks, eachBlock } from './old-rows.js';
import { partitionReader, rowPartitions } from './row-partitions.js';
import { SpilledBlocks, type ScratchFile } from './spilled-blocks.js';

/** Bins by the first bits of a key's hash: the last bits place it in a hash table. */
const hashBits = 6;
/** How many bins there are. */
const hashBins = 2 ** hashBits;

/** The bin of a key by its hash. */
export const hashBin = (hash: number): number => hash >>> (32 - hashBits);

/** What the rows of a log are taken in with. */
interface LogPortionsOptions {
  readonly pool: () => WorkerPool;
  readonly contract: Contract;
  readonly table: TableDefinition;
  /** Rows that are held in memory at a time. */
  readonly portionRows: number;
  readonly openScratch: () => Promise<ScratchFile>;
}

/** Rows of one log on their way to `foldPortions`. */
export class LogPortions {
  readonly options: LogPortionsOptions;
  readonly #shape;
  readonly #key: number;
  readonly #waiting: RowBlock[] = [];
  #waitingRows = 0;
  #sorting: Promise<void> = Promise.resolve();
  #bins: SpilledBlocks | undefined;
  readonly #partitions = new Map<number, number>();

  constructor(options: LogPortionsOptions) {
    this.options = options;
    this.#shape = rowShape(options.contract);
    this.#key = keyColumn(this.#shape, options.contract);
  }

  /** Takes rows in; a full portion is put away while the next one comes. */
  async add(blocks: readonly RowBlock[]): Promise<void> {
    for (const block of blocks) {
      if (block.rows === 0) continue;
      this.#waiting.push(block);
      this.#waitingRows += block.rows;
      if (this.#waitingRows >= this.options.portionRows) await this.#putAway();
    }
  }

  /** All rows by the hash of their keys; nothing is taken in after that. */
  async bins(): Promise<SpilledBlocks> {
    await this.#putAway();
    await this.#sorting;
    return (this.#bins ??= new SpilledBlocks(await this.options.openScratch(), hashBins));
  }

  /** Rows that lie in each partition, by its number. */
  get partitions(): ReadonlyMap<number, number> {
    return this.#partitions;
  }

  async #putAway(): Promise<void> {
    await this.#sorting;
    collectGarbage(); // the portion before
    const blocks = this.#waiting.splice(0);
    this.#waitingRows = 0;
    if (blocks.length === 0) return;
    this.#sorting = this.#sort(blocks);
    this.#sorting.catch(() => undefined); // thrown when the next portion or the end waits for it
  }

  async #sort(blocks: readonly RowBlock[]): Promise<void> {
    const { pool, table, openScratch } = this.options;
    this.#bins ??= new SpilledBlocks(await openScratch(), hashBins);
    const store = new RowStore(this.#shape, this.#key);
    const partitionOf = partitionReader(store, rowPartitions(table, this.#shape));
    const rows = rowsOf(store, addBlocks(store, blocks));
    for (const row of rows) {
      const partition = partitionOf(row);
      this.#partitions.set(partition, (this.#partitions.get(partition) ?? 0) + 1);
    }
    const binOf = (row: number): number => hashBin(store.hash(row));
    await gatherBins(pool(), store, rows, { blocks: this.#bins, count: hashBins, binOf });
  }
}

/** The numbers of all rows of some blocks. */
export function rowsOf(store: RowStore, blocks: readonly number[]): Uint32Array {
  const rows = new Uint32Array(blocks.reduce((sum, block) => sum + store.blocks[block]!.rows, 0));
  let at = 0;
  eachBlock(store, blocks, (start, count) => {
    for (let row = start; row < start + count; row++) rows[at++] = row;
  });
  return rows;
}
