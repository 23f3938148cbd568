// Three tiny tables whose contents are easy to predict: a log that is only appended to, counters by day that are read,
// changed and written back, and a total over all counters.

import { sha256 } from '../src/common/sha256.js';
import type { DataFile, EncodedDataFile } from '../src/format/data-file.js';
import { tableFor } from '../src/format/evolve.js';
import type { TableDefinition } from '../src/format/table-definition.js';
import type { Storage } from '../src/storage/storage.js';
import type { TableChange } from '../src/table/change.js';
import { readDataFile } from '../src/table/read.js';
import type { LakeView } from '../src/table/view.js';
import { discardDataFiles, writeDataFiles } from '../src/table/write.js';

/** Only appended to. */
export const log: TableDefinition = {
  name: 'bronze.log',
  columns: [{ name: 'id', type: 'string', required: true }],
  sortOrder: [],
  key: ['id'],
};

/** One value a day, read, changed and written back. */
export const counters: TableDefinition = {
  name: 'silver.counters',
  columns: [
    { name: 'value', type: 'string', required: true },
    { name: 'day', type: 'date', required: true },
  ],
  partition: { source: 'day', transform: 'identity', name: 'day' },
  sortOrder: ['value'],
  key: ['value'],
};

/** One row: the sum of all counters. */
export const total: TableDefinition = {
  name: 'gold.total',
  columns: [{ name: 'value', type: 'string', required: true }],
  sortOrder: ['value'],
  key: ['value'],
};

/** The days that have counters. */
export const days = ['2024-01-01', '2024-01-02', '2024-01-03'] as const;

/** What the three tables hold. */
export interface Contents {
  /** Sorted. */
  readonly log: readonly string[];
  readonly counters: Readonly<Record<string, number>>;
  readonly total: number;
}

/** What a lake holds before its first commit. */
export const nothing: Contents = { log: [], counters: {}, total: 0 };

/** A day's counter; 0 where there is none. */
export function counterOf(contents: Contents, day: string): number {
  return contents.counters[day] ?? 0;
}

/** Of all counters. */
export function sumOf({ counters: all }: Contents): number {
  return Object.values(all).reduce((sum, value) => sum + value, 0);
}

/** Contents as text: equal text, equal contents. */
export function contentsText({ log: ids, counters: all, total: sum }: Contents): string {
  return JSON.stringify([ids, days.map((day) => all[day] ?? 0), sum]);
}

/** Bytes of data files by path: no two files share one, so what was read and checked once need not be read again. */
export type FileCache = Map<string, string>;

/** What a snapshot holds, every byte of it checked. */
export async function readContents(view: LakeView | null, cache: FileCache = new Map()): Promise<Contents> {
  if (view === null) return nothing;
  const [logFiles, counterFiles, totalFiles] = await Promise.all(
    [log, counters, total].map(({ name }) => filesOf(view, name)),
  );
  const ids: string[] = [];
  for (const file of logFiles!) ids.push(...(await textOf(view.storage, file, cache)).split(' '));
  const values: Record<string, number> = {};
  for (const file of counterFiles!)
    values[file.partition['day']!] = await numberOf(view.storage, file, cache);
  const [totalFile] = totalFiles!;
  const sum = totalFile === undefined ? 0 : await numberOf(view.storage, totalFile, cache);
  return { log: ids.sort(), counters: values, total: sum };
}

/** The files of a table; none where there is no table. */
export async function filesOf(view: LakeView | null, table: string): Promise<readonly DataFile[]> {
  return (await (await view?.table(table))?.files()) ?? [];
}

async function textOf(storage: Storage, file: DataFile, cache: FileCache): Promise<string> {
  const known = cache.get(file.path);
  if (known !== undefined) return known;
  const text = new TextDecoder().decode(await readDataFile(storage, file));
  cache.set(file.path, text);
  return text;
}

async function numberOf(storage: Storage, file: DataFile, cache: FileCache): Promise<number> {
  return Number((await textOf(storage, file, cache)).split(' ').at(-1));
}

/** A file of the log with these ids. */
export function logFile(ids: readonly string[]): Promise<EncodedDataFile> {
  const columns = { 1: { nulls: 0, min: ids[0]!, max: ids.at(-1)! } };
  return encoded(ids.join(' '), ids.length, columns, {});
}

/** A file of one day's counter. */
export function counterFile(day: string, value: number): Promise<EncodedDataFile> {
  const text = String(value);
  const columns = { 1: { nulls: 0, min: text, max: text }, 2: { nulls: 0, min: day, max: day } };
  return encoded(`${day} ${value}`, 1, columns, { day });
}

/** A file with the sum. */
export function totalFile(value: number): Promise<EncodedDataFile> {
  const text = String(value);
  return encoded(`total ${value}`, 1, { 1: { nulls: 0, min: text, max: text } }, {});
}

/** With a key index beside it, whose bytes do not matter here. */
async function encoded(
  text: string,
  rows: number,
  columns: EncodedDataFile['columns'],
  partition: EncodedDataFile['partition'],
): Promise<EncodedDataFile> {
  const bytes = new TextEncoder().encode(text);
  const hash = await sha256(bytes);
  const keys = new TextEncoder().encode(hash.slice(0, 4));
  const index = { bytes: keys, sha256: await sha256(keys), columns: [{ id: 1, offset: 0, count: 1 }] };
  return { bytes, sha256: hash, rows, columns, partition, index };
}

/** One table's new files instead of old ones, not written yet. */
export interface Replacement {
  readonly definition: TableDefinition;
  readonly removed: readonly string[];
  readonly files: readonly EncodedDataFile[];
}

/** Writes the files of replacements; what a commit needs to name them. */
export async function writeReplacements(
  storage: Storage,
  base: LakeView | null,
  commitId: string,
  replacements: readonly Replacement[],
): Promise<readonly TableChange[]> {
  const changes: TableChange[] = [];
  for (const { definition, removed, files } of replacements) {
    const table = tableFor((await base?.table(definition.name))?.file, definition, { tableId: 'unused' });
    changes.push({ definition, removed, added: await writeDataFiles(storage, { commitId, table, files }) });
  }
  return changes;
}

/** After a definite loss. */
export function discardReplacements(storage: Storage, changes: readonly TableChange[]): Promise<void> {
  return discardDataFiles(
    storage,
    changes.flatMap(({ added }) => added),
  );
}
