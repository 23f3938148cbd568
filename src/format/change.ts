// What adding and removing files does to a table's manifests. Those that did not change stay where they are, so that
// a commit costs what changed (format §2).

import { LakeError } from '../common/errors.js';
import { compareText } from '../common/text-order.js';
import type { DataFile } from './data-file.js';
import { maxManifestFiles } from './manifest.js';
import {
  comparePartitions,
  parsePartitionFolder,
  partitionKey,
  type PartitionSpec,
  type PartitionValues,
} from './partition.js';
import { tableFolder } from './paths.js';
import type { FieldType } from './schema.js';
import { compareBounds } from './stats.js';
import {
  currentSchema,
  currentSpec,
  type ManifestRef,
  type PartitionRange,
  type TableFile,
} from './table-file.js';

/** Files that leave and files that come. A file in both keeps its content and gets the place of the added ones. */
export interface FileChange {
  readonly removed: ReadonlySet<string>;
  /** Files of one partition in the order of their rows. */
  readonly added: readonly DataFile[];
}

/** A manifest of the table as it was; `files` where the change touches it. */
interface ManifestBefore {
  readonly ref: ManifestRef;
  readonly files?: readonly DataFile[];
}

/** A manifest of the table as it will be: kept by name, or to be written. */
export type ManifestAfter =
  | { readonly kind: 'kept'; readonly ref: ManifestRef }
  | { readonly kind: 'new'; readonly files: readonly DataFile[] };

/** Which manifests of the table must be read, and may be written again, for the change. */
export function touchedManifests(table: TableFile, change: FileChange): readonly boolean[] {
  const homes = new Set<number>();
  if (!hasOneSpec(table)) return table.manifests.map(() => true);
  for (const values of changedPartitions(table, change))
    for (const home of homesOf(table, values)) homes.add(home);
  return table.manifests.map((_, i) => homes.has(i));
}

/**
 * The manifests after the change, in order. `before` are all of the table's, the touched ones with their files.
 * @throws LakeError `conflict` when a file to be removed is not in the table
 */
export function changeManifests(
  table: TableFile,
  before: readonly ManifestBefore[],
  change: FileChange,
): readonly ManifestAfter[] {
  refuseMissing(table, before, change);
  const runs = touchedRuns(before);
  const most = manifestSize(before.reduce((sum, { ref }) => sum + ref.files, change.added.length));
  return runs.flatMap((run, i): readonly ManifestAfter[] => {
    if (run.parts === undefined) return [{ kind: 'kept', ref: run.ref }];
    const added = change.added.filter((file) => homeRun(table, runs, file) === i);
    const old = run.parts.flatMap((part) => part.files);
    const files = changeFiles(table, old, { removed: change.removed, added });
    if (isSame(files, old)) return run.parts.map(({ ref }) => ({ kind: 'kept', ref }));
    return cut(files, most, i === runs.length - 1).map((each) => keepOrWrite(run.parts, each));
  });
}

interface TouchedManifest {
  readonly ref: ManifestRef;
  readonly files: readonly DataFile[];
}

/** Neighbouring touched manifests, or one that is not touched. `first` is the position of its first manifest. */
type Run = { readonly first: number } & (
  { readonly ref: ManifestRef; readonly parts?: undefined } | { readonly parts: readonly TouchedManifest[] }
);

function touchedRuns(before: readonly ManifestBefore[]): readonly Run[] {
  const runs: Run[] = [];
  before.forEach(({ ref, files }, first) => {
    const last = runs.at(-1);
    if (files === undefined) runs.push({ first, ref });
    else if (last?.parts === undefined) runs.push({ first, parts: [{ ref, files }] });
    else runs[runs.length - 1] = { first: last.first, parts: [...last.parts, { ref, files }] };
  });
  return runs.length === 0 ? [{ first: 0, parts: [] }] : runs;
}

function keepOrWrite(old: readonly TouchedManifest[], files: readonly DataFile[]): ManifestAfter {
  const same = old.find((part) => isSame(part.files, files));
  return same === undefined ? { kind: 'new', files } : { kind: 'kept', ref: same.ref };
}

function homeRun(table: TableFile, runs: readonly Run[], file: DataFile): number {
  const home = hasOneSpec(table) ? (homesOf(table, file.partition)[0] ?? 0) : 0;
  return runs.findLastIndex((run) => run.first <= home);
}

function hasOneSpec(table: TableFile): boolean {
  return table.specs.length === 1;
}

/** The partitions that the change touches, each once. For a table with one spec. */
export function changedPartitions(table: TableFile, change: FileChange): readonly PartitionValues[] {
  const spec = currentSpec(table);
  const root = `${tableFolder(table.table)}/`;
  const folders = [...change.removed].map((path) =>
    path.slice(root.length, Math.max(root.length, path.lastIndexOf('/'))),
  );
  const values = [...new Set(folders)].map((folder) => parsePartitionFolder(spec, folder));
  const all = [...values, ...change.added.map((file) => file.partition)];
  return [...new Map(all.map((each) => [partitionKey(spec, each), each])).values()];
}

/** The manifests that may hold a partition; where there is none, the one that it would come into. */
function homesOf(table: TableFile, values: PartitionValues): readonly number[] {
  const name = currentSpec(table).fields[0]?.name;
  const refs = table.manifests;
  if (name === undefined) return refs.map((_, i) => i);
  const value = values[name] ?? null;
  const covering = refs.flatMap((ref, i) => (covers(ref.partitions[name], value) ? [i] : []));
  if (covering.length > 0 || refs.length === 0) return covering;
  return [
    Math.max(
      0,
      refs.findLastIndex((ref) => value === null || startsBelow(ref.partitions[name], value)),
    ),
  ];
}

function covers(range: PartitionRange | undefined, value: string | null): boolean {
  if (range === undefined) return true;
  if (value === null) return range.hasNull;
  return (
    range.min !== undefined &&
    range.max !== undefined &&
    compareText(range.min, value) <= 0 &&
    compareText(value, range.max) <= 0
  );
}

function startsBelow(range: PartitionRange | undefined, value: string): boolean {
  return range?.min !== undefined && compareText(range.min, value) <= 0;
}

function refuseMissing(table: TableFile, before: readonly ManifestBefore[], { removed }: FileChange): void {
  const missing = new Set(removed);
  for (const { files = [] } of before) for (const { path } of files) missing.delete(path);
  const [path] = missing;
  if (path === undefined) return;
  throw new LakeError('conflict', `${path} is no longer in ${table.table}: another writer replaced it.`, {
    details: { path },
  });
}

/** The files after the change, in the order of the format. */
function changeFiles(table: TableFile, files: readonly DataFile[], change: FileChange): readonly DataFile[] {
  const specs = new Map(table.specs.map((spec) => [spec.specId, spec]));
  const keyOf = (file: DataFile): string => partitionKey(specOf(specs, file), file.partition);
  const added = groupBy(change.added, keyOf);
  const placed: DataFile[] = [];
  for (const file of files) {
    if (!change.removed.has(file.path)) {
      placed.push(file);
      continue;
    }
    placed.push(...(added.get(keyOf(file)) ?? []));
    added.delete(keyOf(file));
  }
  for (const rest of added.values()) placed.push(...rest);
  return placed.sort((left, right) => compareFiles(table, specs, left, right));
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}

function specOf(specs: ReadonlyMap<number, PartitionSpec>, file: DataFile): PartitionSpec {
  return specs.get(file.specId) ?? { specId: file.specId, fields: [] };
}

function compareFiles(
  table: TableFile,
  specs: ReadonlyMap<number, PartitionSpec>,
  left: DataFile,
  right: DataFile,
): number {
  if (left.specId !== right.specId) return left.specId - right.specId;
  const order = comparePartitions(specOf(specs, left), left.partition, right.partition);
  return order === 0 ? compareRows(table, left, right) : order;
}

/** By the bounds of the sort columns, as far as they tell; 0 leaves the files as they were listed. */
function compareRows(table: TableFile, left: DataFile, right: DataFile): number {
  for (const { sourceId } of table.sortOrder) {
    const type = currentSchema(table).fields.find((field) => field.id === sourceId)?.type ?? 'string';
    const [a, b] = [left.columns[sourceId], right.columns[sourceId]];
    const order = compareNullsLast(type, a?.min, b?.min) || compareNullsLast(type, a?.max, b?.max);
    if (order !== 0) return order;
    if (a?.min !== a?.max) return 0;
  }
  return 0;
}

function compareNullsLast(
  type: FieldType,
  a: string | number | undefined,
  b: string | number | undefined,
): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  return compareBounds(type, a, b) || 0;
}

function isSame(left: readonly DataFile[], right: readonly DataFile[]): boolean {
  return left.length === right.length && left.every((file, i) => file.path === right[i]?.path);
}

const fewestFiles = 50;

/**
 * Files of a manifest in a table of so many: about as many as the table has manifests, so that neither what a change
 * writes again nor the list of manifests grows with the table, only with its root.
 */
function manifestSize(files: number): number {
  return Math.min(maxManifestFiles, Math.max(fewestFiles, Math.ceil(2 * Math.sqrt(files))));
}

/** Manifests at the end are filled up, since tables grow there; others are cut evenly, to leave room. */
function cut(files: readonly DataFile[], most: number, atEnd: boolean): readonly (readonly DataFile[])[] {
  const parts = Math.ceil(files.length / most);
  const size = atEnd ? most : Math.ceil(files.length / Math.max(1, parts));
  return Array.from({ length: parts }, (_, i) => files.slice(i * size, (i + 1) * size));
}

/** What a table file says about a manifest, except its name. */
export function summarizeManifest(
  files: readonly DataFile[],
): Pick<ManifestRef, 'files' | 'rows' | 'bytes' | 'partitions'> {
  const sum = (of: (file: DataFile) => number): number => files.reduce((total, file) => total + of(file), 0);
  const names = [...new Set(files.flatMap((file) => Object.keys(file.partition)))];
  const partitions = Object.fromEntries(
    names.map((name) => [name, rangeOf(files.map((file) => file.partition[name] ?? null))]),
  );
  return {
    files: files.length,
    rows: sum((file) => file.rows),
    bytes: sum((file) => file.bytes),
    partitions,
  };
}

function rangeOf(values: readonly (string | null)[]): PartitionRange {
  const present = values.filter((value) => value !== null).sort(compareText);
  const [min, max] = [present[0], present.at(-1)];
  const hasNull = present.length < values.length;
  return min === undefined || max === undefined ? { hasNull } : { min, max, hasNull };
}
