// What differs between two lists of a table's data files. Files are immutable, so the path tells.

import type { DataFile } from '../../format/data-file.js';

/** The files that only one of two lists has. */
export interface FileDelta {
  readonly added: readonly DataFile[];
  readonly removed: readonly DataFile[];
}

/** What the newer list has more, and the older one. */
export function fileDelta(before: readonly DataFile[], after: readonly DataFile[]): FileDelta {
  return { added: notIn(after, before), removed: notIn(before, after) };
}

function notIn(files: readonly DataFile[], others: readonly DataFile[]): readonly DataFile[] {
  const paths = new Set(others.map(({ path }) => path));
  return files.filter(({ path }) => !paths.has(path));
}

/** The values of the partitions that files come into or leave, each once, in order: `2024-03-05`, `null`. None without partitions. */
export function partitionsOf({ added, removed }: FileDelta): readonly string[] {
  const texts = [...added, ...removed].flatMap(({ partition }) => partitionText(partition) ?? []);
  return [...new Set(texts)].sort();
}

/** A partition in words; undefined for a table without. Tables have one partition field at most. */
export function partitionText(partition: DataFile['partition']): string | undefined {
  const [value] = Object.values(partition);
  return value === undefined ? undefined : (value ?? 'null');
}

/** The same in the words of a run's summary. */
export function writtenIn(delta: FileDelta): {
  readonly changedPartitions: number;
  readonly filesAdded: number;
  readonly filesRemoved: number;
  readonly rowsAdded: number;
  readonly bytesAdded: number;
} {
  const { added, removed } = delta;
  return {
    changedPartitions: new Set([...added, ...removed].map(({ partition }) => JSON.stringify(partition))).size,
    filesAdded: added.length,
    filesRemoved: removed.length,
    rowsAdded: added.reduce((total, { rows }) => total + rows, 0),
    bytesAdded: added.reduce((total, { bytes }) => total + bytes, 0),
  };
}
