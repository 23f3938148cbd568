// One snapshot as a reader sees it: tables by name, their files by need. Everything read is checked against the hash
// that names it, so a view is either what was committed or an error.

import type { Table } from 'apache-arrow';
import { mapConcurrent } from '../common/concurrency.js';
import { LakeError } from '../common/errors.js';
import type { DataFile } from '../format/data-file.js';
import { damaged } from '../format/metadata.js';
import type { PartitionSpec } from '../format/partition.js';
import { lakeFilePath, snapshotPath } from '../format/paths.js';
import type { Schema } from '../format/schema.js';
import type { Snapshot, TableRef } from '../format/snapshot.js';
import { currentSchema, currentSpec, type ManifestRef, type TableFile } from '../format/table-file.js';
import type { Storage } from '../storage/storage.js';
import { findHead, openSnapshot, readHint, readLakeFile, resolveReference } from './snapshot-lookup.js';
import { readManifest, readTableFile } from './hashed-files.js';
import { planFiles, planManifests, type ScanFilter, type ScanPlan } from './scan.js';

/** A snapshot that was opened. */
export interface LakeView {
  readonly storage: Storage;
  readonly snapshot: Snapshot;
  /** Of its `snapshot.json`. */
  readonly sha256: string;
  /** Names of all tables, sorted. */
  readonly tables: readonly string[];
  /** The table, or undefined when the snapshot has none of that name. Read once per view. */
  table(name: string): Promise<TableState | undefined>;
}

/** A table as one snapshot has it. */
export interface TableState {
  readonly name: string;
  readonly file: TableFile;
  /** How the snapshot names the table file, with the totals. */
  readonly ref: TableRef;
  readonly schema: Schema;
  readonly spec: PartitionSpec;
  /** Which files a reader of rows that meet the filter must take; manifests are read when needed, once. */
  plan(filter: ScanFilter): Promise<ScanPlan>;
  /** The files that such a plan takes; all of the table's without a filter. */
  files(filter?: ScanFilter): Promise<readonly DataFile[]>;
  /** The files of one manifest of `file.manifests`. */
  manifestFiles(ref: ManifestRef): Promise<readonly DataFile[]>;
  /**
   * A file's rows as a Parquet file in the table's current schema, whatever the schema that it was written with.
   * @throws LakeError `corrupt`; `not-found` when the snapshot has expired meanwhile
   */
  read(file: DataFile): Promise<Uint8Array>;
  /** Where such a file lies on this machine's disk, checked; undefined where only `read` gives it. */
  locate(file: DataFile): Promise<string | undefined>;
  /** The same as an Arrow table in one batch. */
  rows(file: DataFile): Promise<Table>;
}

/** As much of a table as its rows need; a view has it, and so has a run of the tables that it is making. */
export type TableReader = Pick<TableState, 'name' | 'schema' | 'files' | 'read' | 'rows'>;

/** Where the tables of one moment come from. */
export interface TableSource {
  table(name: string): Promise<TableReader | undefined>;
}

/** Manifests in work at a time. */
const parallelReads = 8;

/** The newest snapshot, or null before the first. */
export async function openHead(storage: Storage): Promise<LakeView | null> {
  const hint = await readHint(storage);
  const hinted = hint === undefined ? undefined : openView(storage, hint);
  hinted?.catch(() => undefined); // opened beside the look whether it is the newest, since it mostly is
  const head = await findHead(storage, hint ?? null);
  if (hinted !== undefined && head === hint) return hinted;
  return head === 0 ? null : openView(storage, head);
}

/** The snapshot that a person means (see `resolveReference`). */
export async function openAt(storage: Storage, reference: string): Promise<LakeView> {
  const head = reference.trim() === 'head' ? await openHead(storage) : null;
  return head ?? openView(storage, await resolveReference(storage, reference));
}

/**
 * One snapshot by number.
 * @throws LakeError `not-found`, `corrupt`, `unsupported-storage`
 */
export async function openView(storage: Storage, snapshotId: number): Promise<LakeView> {
  const [lake, { snapshot, sha256 }] = await Promise.all([
    readLakeFile(storage),
    openSnapshot(storage, snapshotId),
  ]);
  if (lake === undefined) throw damaged(lakeFilePath, 'it is missing');
  if (lake.lakeId !== snapshot.lakeId) {
    throw damaged(snapshotPath(snapshotId), `it belongs to lake ${snapshot.lakeId}, this is ${lake.lakeId}`);
  }
  const opened = new Map<string, Promise<TableState>>();
  const open = (name: string, ref: TableRef): Promise<TableState> => {
    const state = opened.get(name) ?? openTable(storage, name, ref, snapshotId);
    opened.set(name, state);
    return state;
  };
  return {
    storage,
    snapshot,
    sha256,
    tables: Object.keys(snapshot.tables),
    table: async (name) => {
      const ref = Object.hasOwn(snapshot.tables, name) ? snapshot.tables[name] : undefined;
      return ref && open(name, ref);
    },
  };
}

/** @throws LakeError `not-found` naming the tables that there are */
export async function requireTable(view: LakeView, name: string): Promise<TableState> {
  const state = await view.table(name);
  if (state !== undefined) return state;
  throw new LakeError(
    'not-found',
    `There is no table ${name} in snapshot ${view.snapshot.snapshotId}; it has ${view.tables.join(', ')}.`,
    { details: { table: name, snapshot: view.snapshot.snapshotId } },
  );
}

async function openTable(
  storage: Storage,
  name: string,
  ref: TableRef,
  snapshotId: number,
): Promise<TableState> {
  const file = await readTableFile(storage, name, ref, snapshotId);
  const read = new Map<ManifestRef, Promise<readonly DataFile[]>>();
  const manifestFiles = (manifest: ManifestRef): Promise<readonly DataFile[]> => {
    const files = read.get(manifest) ?? readManifest(storage, name, manifest, snapshotId);
    read.set(manifest, files);
    return files;
  };
  const plan = async (filter: ScanFilter): Promise<ScanPlan> => {
    const manifests = planManifests(file, filter);
    const lists = await mapConcurrent(manifests.taken, parallelReads, manifestFiles);
    const { taken, leftOut } = planFiles(file, lists.flat(), filter);
    return { table: name, filter, taken, leftOut: [...manifests.leftOut, ...leftOut] };
  };
  return {
    name,
    file,
    ref,
    schema: currentSchema(file),
    spec: currentSpec(file),
    manifestFiles,
    plan,
    files: async (filter = {}) => (await plan(filter)).taken,
    // Arrow and Parquet are loaded with the first rows: metadata alone is quick to read.
    read: async (each) => (await import('./read.js')).readCurrent(storage, file, each, snapshotId),
    locate: async (each) => (await import('./read.js')).locateCurrent(storage, file, each, snapshotId),
    rows: async (each) => (await import('./read.js')).readRows(storage, file, each, snapshotId),
  };
}
