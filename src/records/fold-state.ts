// The rows that a fold refers to, in shared memory.

import type { RowBlock, RowShape } from './row-block.js';

/** Blocks, and the rows of each changed partition by their global numbers. */
export interface FoldState {
  readonly shape: RowShape;
  /** Index of the key in `shape`. */
  readonly key: number;
  readonly blocks: readonly RowBlock[];
  /** Rows of all changed partitions, one partition after the other, each sorted by key (Uint32). */
  readonly order: SharedArrayBuffer;
  /** Row counts of the partitions, in the order of `Fold.partitions`. */
  readonly counts: readonly number[];
  /** Rows that were added (Uint32), and for each the days of its old row's partition date (Int32), or `nullInt`. */
  readonly added: SharedArrayBuffer;
  readonly addedFrom: SharedArrayBuffer;
  /** Index of the date column that partitions the table, in `shape`. */
  readonly partitionColumn: number;
}
