// Rows sorted into bins: each bin's rows become blocks of their own, on worker threads.

import { mapConcurrent } from '../../common/concurrency.js';
import type { WorkerPool } from '../../common/worker-pool.js';
import { blockRows, type RowBlock } from '../rows/row-block.js';
import type { RowStore } from '../rows/row-store.js';
import type { GatherTask } from '../worker.js';
import type { SpilledBlocks } from './spilled-blocks.js';

/** What rows go into: a place for blocks, and the bin of each row; a row whose bin is `noBin` is left out. */
interface Bins {
  readonly blocks: SpilledBlocks;
  readonly count: number;
  readonly binOf: (row: number) => number;
}

/** The bin of a row that is left out. */
export const noBin = -1;

/** Puts rows of a store into their bins. */
export async function gatherBins(
  pool: WorkerPool,
  store: RowStore,
  rows: Uint32Array,
  { blocks, count, binOf }: Bins,
): Promise<void> {
  const { order, slices } = orderByBin(rows, count, binOf);
  const common = { shape: store.shape, key: store.key, blocks: store.blocks, order: order.buffer };
  const gathered = await mapConcurrent(slices, pool.size + 1, (slice) => {
    const task: GatherTask = { ...common, start: slice.start, rows: slice.rows };
    return pool.run<RowBlock>('gather', task);
  });
  for (const [s, { bin }] of slices.entries()) await blocks.add(bin, gathered[s]!);
}

/** Rows of one bin that fit into a block. */
interface Slice {
  readonly bin: number;
  readonly start: number;
  readonly rows: number;
}

function orderByBin(
  rows: Uint32Array,
  count: number,
  binOf: (row: number) => number,
): { readonly order: Uint32Array<SharedArrayBuffer>; readonly slices: readonly Slice[] } {
  const bins = Int32Array.from(rows, binOf);
  const sizes = new Uint32Array(count);
  for (const bin of bins) if (bin !== noBin) sizes[bin]!++;
  const next = new Uint32Array(count);
  const slices: Slice[] = [];
  let total = 0;
  sizes.forEach((size, bin) => {
    next[bin] = total;
    for (let at = 0; at < size; at += blockRows)
      slices.push({ bin, start: total + at, rows: Math.min(blockRows, size - at) });
    total += size;
  });
  const order = new Uint32Array(new SharedArrayBuffer(4 * total));
  bins.forEach((bin, i) => {
    if (bin !== noBin) order[next[bin]!++] = rows[i]!;
  });
  return { order, slices };
}
