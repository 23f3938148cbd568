// The rows that a fold refers to, in shared memory.

import type { RowBlock, RowShape } from '../rows/row-block.js';

/** Blocks, and the rows of each changed partition by their global numbers. */
export interface FoldState {
  readonly shape: RowShape;
  /** Index of the key in `shape`. */
  readonly key: number;
  /** Index in `shape` of the date column that partitions the table, and the partition field's name. */
  readonly partitionColumn: number;
  readonly partitionName: string;
  readonly blocks: readonly RowBlock[];
  /** Rows of all changed partitions (Uint32), one partition after the other, each sorted by key. */
  readonly order: SharedArrayBuffer;
  /** Rows that were added (Uint32). */
  readonly added: SharedArrayBuffer;
  /** For each added row the days of the old winner's partition, or `nullInt`. */
  readonly addedFrom: Int32Array;
}
