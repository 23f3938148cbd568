// Which partition a row of a log lies in: by day or month of a date column, or one for all.

import { isoOfDays } from '../../common/calendar.js';
import { monthOf } from '../../format/partition.js';
import type { TableDefinition } from '../../format/table-definition.js';
import { nullInt, type RowShape } from '../rows/row-block.js';
import type { RowStore } from '../rows/row-store.js';

/** How the rows of a table are divided among its partitions. */
export interface RowPartitions {
  /** `none`: the table is not partitioned. */
  readonly transform: 'identity' | 'month' | 'none';
  /** Index of the date column in the shape; -1 for `none`. */
  readonly column: number;
  /** The partition field's; '' for `none`. */
  readonly name: string;
}

/** Stands for "in no partition" where a partition is expected. */
export const nowhere = 0x7fffffff;

/** The partitions of a table's rows. The date column must be one of the shape's. */
export function rowPartitions({ name, partition }: TableDefinition, shape: RowShape): RowPartitions {
  if (partition === undefined) return { transform: 'none', column: -1, name: '' };
  const column = shape.findIndex(({ name: each }) => each === partition.source);
  if (shape[column]?.type !== 'date') throw new Error(`${name} must be partitioned by a date column.`);
  return { transform: partition.transform, column, name: partition.name };
}

/** The partition of a row as a number: its first day, `nullInt` without a date, 0 where there is one partition. */
export function partitionReader(
  store: RowStore,
  { transform, column }: RowPartitions,
): (row: number) => number {
  if (transform === 'none') return () => 0;
  if (transform === 'identity') return (row) => store.int(row, column);
  const firstDays = new Map([[nullInt, nullInt]]);
  return (row) => {
    const day = store.int(row, column);
    const known = firstDays.get(day);
    if (known !== undefined) return known;
    const first = day - Number(isoOfDays(day).slice(-2)) + 1;
    firstDays.set(day, first);
    return first;
  };
}

/** Ascending, rows without a date last. */
export const comparePartitionNumbers = (a: number, b: number): number =>
  (a === nullInt ? Infinity : a) < (b === nullInt ? Infinity : b) ? -1 : Number(a !== b);

/** The value in the manifest: `2024-03-05`, `2024-03`; '' without a date, and where there is one partition. */
export function partitionText({ transform }: RowPartitions, partition: number): string {
  if (transform === 'none' || partition === nullInt) return '';
  const day = isoOfDays(partition);
  return transform === 'month' ? monthOf(day) : day;
}
