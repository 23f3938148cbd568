// A table's rows as they were, in blocks of the fold that reads them.

import { mapConcurrent } from '../../common/concurrency.js';
import type { WorkerPool } from '../../common/worker-pool.js';
import type { ExistingFile, ExistingRows } from '../log-types.js';
import { blockRows, type RowBlock } from '../rows/row-block.js';
import { blockOf, type RowStore } from '../rows/row-store.js';
import type { DecodeTask } from '../worker.js';

/** Each file is decoded at most once, on a worker thread. */
export class OldRows<F extends ExistingFile> {
  readonly #blocks = new Map<string, readonly number[]>();

  constructor(
    private readonly pool: WorkerPool,
    private readonly store: RowStore,
    readonly existing: Pick<ExistingRows<F>, 'partitionFiles' | 'read'> | null,
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

/** Takes blocks in; their numbers. */
export const addBlocks = (store: RowStore, blocks: readonly RowBlock[]): readonly number[] =>
  blocks.map((block) => blockOf(store.add(block)));

/** Calls `take` with the rows of each block: the number of the first, and how many. */
export function eachBlock(
  store: RowStore,
  blocks: readonly number[],
  take: (start: number, rows: number) => void,
): void {
  for (const block of blocks) take(block * blockRows, store.blocks[block]!.rows);
}
