// Partition values as the machinery uses them.

import type { Table } from 'apache-arrow';
import type { DataFile } from '../../format/data-file.js';
import type { TableDefinition } from '../../format/table-definition.js';

/** The partition value of a table without partitions. */
export const UNPARTITIONED = '';

/** A file's partition value, `UNPARTITIONED` where the table has no partitions. */
export function partitionValue(definition: TableDefinition, file: Pick<DataFile, 'partition'>): string {
  const name = definition.partition?.name;
  return name === undefined ? UNPARTITIONED : (file.partition[name] ?? UNPARTITIONED);
}

/** Days, ISO; null when the table is empty. */
export interface DateRange {
  readonly first: string | null;
  readonly last: string | null;
}

/** Of nothing. */
export const noRange: DateRange = { first: null, last: null };

/** The first and the last of them. */
export function rangeOf(values: readonly string[]): DateRange {
  let [first, last]: [string | null, string | null] = [null, null];
  for (const value of values) {
    if (first === null || value < first) first = value;
    if (last === null || value > last) last = value;
  }
  return { first, last };
}

/** Rows of a data file at most (format §3). */
export const MAX_FILE_ROWS = 1_000_000;

/** Rows as pieces of at most `size`. */
export function cutRows(rows: Table, size: number): readonly Table[] {
  const parts = Math.ceil(rows.numRows / size);
  return Array.from({ length: parts }, (_, i) => rows.slice(i * size, (i + 1) * size));
}
