// Whether a file is of the partition that its manifest says: by the bounds of the column, and by the folder in which it lies.

import type { DataFile } from './data-file.js';
import { monthOf, partitionFolder, type PartitionField } from './partition.js';
import { tableFolder } from './paths.js';
import { boundCodePoints, type Bound, type ColumnStats } from './stats.js';
import type { TableFile } from './table-file.js';

/** Whether bounds say that every row is of the partition. Values that bounds cut cannot be told, and pass. */
export function isOfPartition(
  field: PartitionField,
  value: string | null,
  stats: ColumnStats,
  rows: number,
): boolean {
  if (value === null) return stats.nulls === rows;
  if (value.length > boundCodePoints) return true;
  const isValue = (bound: Bound | undefined): boolean =>
    bound !== undefined && through(field, String(bound)) === value;
  return stats.nulls === 0 && isValue(stats.min) && isValue(stats.max);
}

function through({ transform }: PartitionField, value: string): string {
  return transform === 'month' ? monthOf(value) : value;
}

/** What is wrong with the partition that a file of the table is listed with; undefined: nothing. */
export function partitionFault(
  { table, specs }: Pick<TableFile, 'table' | 'specs'>,
  { path, specId, partition, columns, rows }: DataFile,
): string | undefined {
  const spec = specs.find((each) => each.specId === specId);
  if (spec === undefined) return `it lists ${path} with partition spec ${specId}, which ${table} lacks`;
  const named = Object.keys(partition).toSorted().join(', ');
  const expected = spec.fields.map(({ name }) => name).toSorted();
  if (named !== expected.join(', '))
    return `it lists ${path} with values of ${named || 'no partition'}, expected ${expected.join(', ') || 'none'}`;
  const folder = [tableFolder(table), partitionFolder(spec, partition)]
    .filter((piece) => piece !== '')
    .join('/');
  const lies = path.slice(0, path.lastIndexOf('/'));
  if (lies !== folder) return `it lists ${path} for the folder ${folder}`;
  for (const field of spec.fields) {
    const value = partition[field.name] ?? null;
    const stats = columns[field.sourceId];
    if (stats === undefined || isOfPartition(field, value, stats, rows)) continue;
    return `it lists ${path} for ${field.name}=${value ?? 'null'}, and says that it holds ${stats.min ?? 'nothing'} to ${stats.max ?? 'nothing'} and ${stats.nulls} nulls in ${rows} rows`;
  }
  return undefined;
}
