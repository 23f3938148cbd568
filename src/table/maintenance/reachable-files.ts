// Everything that snapshots name, each file once however many of them share it: what must stay, and the proof that it did.

import { mapConcurrent } from '../../common/concurrency.js';
import { LakeError } from '../../common/errors.js';
import { compareText } from '../../common/text-order.js';
import { tableFolder } from '../../format/paths.js';
import type { TableRef } from '../../format/snapshot.js';
import type { ManifestRef } from '../../format/table-file.js';
import type { Storage } from '../../storage/storage.js';
import { readManifest, readTableFile } from '../hashed-files.js';
import { hashLines, type Proof } from './proof.js';

/** As much of a snapshot as is needed to follow it. */
interface Root {
  readonly snapshotId: number;
  readonly tables: Readonly<Record<string, TableRef>>;
}

/** A data file or key index. */
export interface NamedFile {
  readonly table: string;
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
  /** Of a data file. */
  readonly rows: number;
  readonly kind: 'data' | 'key index';
}

/** What some snapshots name. */
export interface Reached {
  /** Paths of table files and manifests. */
  readonly metadata: ReadonlySet<string>;
  /** Data files and key indexes by path. */
  readonly files: ReadonlyMap<string, NamedFile>;
}

/** Metadata files in work at a time. */
const parallelReads = 8;

/**
 * Reads the metadata of the snapshots, each file once.
 * @throws LakeError `corrupt`; `not-found` when one of them has expired meanwhile
 */
export async function reach(storage: Storage, roots: readonly Root[]): Promise<Reached> {
  const tables = distinctTables(roots);
  const manifests = new Map<string, Named<ManifestRef>>();
  await mapConcurrent(tables, parallelReads, async ({ table, snapshotId, ref }) => {
    for (const manifest of (await readTableFile(storage, table, ref, snapshotId)).manifests)
      manifests.set(manifest.path, { table, snapshotId, ref: manifest });
  });
  const { files } = await reachManifests(storage, [...manifests.values()]);
  return { metadata: new Set([...tables.map(({ ref }) => ref.path), ...manifests.keys()]), files };
}

/** What manifests name; see `reach`. */
export async function reachManifests(
  storage: Storage,
  manifests: readonly Named<ManifestRef>[],
): Promise<Reached> {
  const files = new Map<string, NamedFile>();
  await mapConcurrent(manifests, parallelReads, async ({ table, snapshotId, ref }) => {
    for (const { path, sha256, bytes, rows, index } of await readManifest(storage, table, ref, snapshotId)) {
      files.set(path, { table, path, sha256, bytes, rows, kind: 'data' });
      if (index !== undefined) files.set(index.path, { table, ...pick(index), rows: 0, kind: 'key index' });
    }
  });
  return { metadata: new Set(manifests.map(({ ref }) => ref.path)), files };
}

/** A metadata file on the way down. */
interface Named<Ref> {
  readonly table: string;
  /** The newest snapshot that names it. */
  readonly snapshotId: number;
  readonly ref: Ref;
}

function distinctTables(roots: readonly Root[]): readonly Named<TableRef>[] {
  const found = new Map<string, Named<TableRef>>();
  for (const { snapshotId, tables } of roots)
    for (const [table, ref] of Object.entries(tables)) found.set(ref.path, { table, snapshotId, ref });
  return [...found.values()];
}

function pick({ path, sha256, bytes }: NamedPart): NamedPart {
  return { path, sha256, bytes };
}

type NamedPart = Pick<NamedFile, 'path' | 'sha256' | 'bytes'>;

/** Data files that are gone or have another size. Key indexes do not count: they are made again. */
async function absentFiles(storage: Storage, { files }: Reached): Promise<readonly NamedFile[]> {
  const data = [...files.values()].filter(({ kind }) => kind === 'data');
  const folders = new Set(data.map(({ table }) => tableFolder(table)));
  const lists = await mapConcurrent([...folders], parallelReads, (folder) => storage.list(folder));
  const sizes = new Map(lists.flat().map(({ path, sizeBytes }) => [path, sizeBytes]));
  return data.filter(({ path, bytes }) => sizes.get(path) !== bytes);
}

/**
 * Refuses to go on in a lake that is damaged: what is to go may be what its repair needs.
 * @throws LakeError `corrupt` naming a file
 */
export async function refuseAbsent(storage: Storage, reached: Reached): Promise<void> {
  const absent = await absentFiles(storage, reached);
  const [first] = absent;
  if (first === undefined) return;
  throw new LakeError(
    'corrupt',
    `${first.path} (${first.table}) is missing or has another size than its ${first.bytes} bytes${others(absent)}; nothing was changed. See "lake verify --all", then "lake repair".`,
    { details: { path: first.path, table: first.table, files: absent.length } },
  );
}

/**
 * The proof that the same files are named as before and that they are there.
 * @throws LakeError `check-failed` naming a file that is not
 */
export async function proveFiles(storage: Storage, before: Reached, after: Reached): Promise<Proof> {
  const [was, is] = [await filesHash(before), await filesHash(after)];
  const absent = await absentFiles(storage, after);
  const [lost] = [...absent, ...[...before.files.values()].filter(({ path }) => !after.files.has(path))];
  if (was !== is || lost !== undefined) throw notTheSame(lost, absent);
  const data = [...after.files.values()].filter(({ kind }) => kind === 'data');
  return {
    tables: new Set(data.map(({ table }) => table)).size,
    rows: data.reduce((total, { rows }) => total + rows, 0),
    before: was,
    after: is,
    how: 'files',
  };
}

function filesHash({ files }: Reached): Promise<string> {
  const lines = Array.from(files.values(), ({ table, path, sha256 }) => `${table} ${path} ${sha256}`);
  return hashLines(lines.sort(compareText));
}

function notTheSame(lost: NamedFile | undefined, absent: readonly NamedFile[]): LakeError {
  const what =
    lost === undefined ? 'other files are named' : `${lost.path} (${lost.table}) is gone${others(absent)}`;
  return new LakeError(
    'check-failed',
    `The lake is not as it was before: ${what}. This is a bug; nothing more was deleted. See "lake verify --all".`,
    { details: lost === undefined ? {} : { path: lost.path, table: lost.table } },
  );
}

function others(files: readonly unknown[]): string {
  return files.length < 2 ? '' : ` (and ${files.length - 1} more)`;
}
