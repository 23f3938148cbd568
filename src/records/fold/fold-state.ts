// The rows that a fold refers to, in shared memory.

import type { RowBlock, RowShape } from '../rows/row-block.js';
import type { RowPartitions } from './row-partitions.js';

/** Blocks, and the rows of each changed partition by their global numbers. */
export interface FoldState {
  readonly shape: RowShape;
  /** Index of the key in `shape`. */
  readonly key: number;
  readonly partitioning: RowPartitions;
  readonly blocks: readonly RowBlock[];
  /** Rows of all changed partitions (Uint32), one partition after the other, each sorted by key. */
  readonly order: SharedArrayBuffer;
  /** Rows that were added (Uint32). */
  readonly added: SharedArrayBuffer;
  /** For each added row the number of the old winner's partition, or `nowhere`. */
  readonly addedFrom: Int32Array;
}
