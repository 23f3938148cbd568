// A table's partitions cut into ranges of about the same number of rows, so that one range at a time fits into memory.

import { comparePartitionNumbers } from './row-partitions.js';

/** Ranges of partitions, ascending. */
export interface PartitionRanges {
  readonly count: number;
  /** The range of a partition by its number, whether it was known before or not. */
  rangeOf(partition: number): number;
}

/** Cuts so that the new rows of a range, with those that its partitions hold already, are about `most`; at least one partition each. */
export function partitionRanges(
  newRows: ReadonlyMap<number, number>,
  rowsBefore: (partition: number) => number,
  most: number,
): PartitionRanges {
  const partitions = [...newRows.keys()].sort(comparePartitionNumbers);
  /** The first partition of each range but the first. */
  const starts: number[] = [];
  let rows = 0;
  partitions.forEach((partition, p) => {
    const own = newRows.get(partition)! + rowsBefore(partition);
    if (p > 0 && rows + own > most) {
      starts.push(partition);
      rows = 0;
    }
    rows += own;
  });
  return { count: starts.length + 1, rangeOf: (partition) => startsUpTo(starts, partition) };
}

/** How many of the ascending starts do not lie behind the partition. */
function startsUpTo(starts: readonly number[], partition: number): number {
  let [low, high] = [0, starts.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (comparePartitionNumbers(starts[middle]!, partition) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
