// Files that others name by hash: metadata on the way down from a snapshot. What is missing is damage, unless the
// snapshot that it is read for has expired meanwhile.

import { LakeError } from '../common/errors.js';
import type { DataFile } from '../format/data-file.js';
import { summarizeManifest } from '../format/change.js';
import { parseManifest, type Manifest } from '../format/manifest.js';
import { checkHash, damaged } from '../format/metadata.js';
import { snapshotPath } from '../format/paths.js';
import type { TableRef } from '../format/snapshot.js';
import { parseTableFile, tableTotals, type ManifestRef, type TableFile } from '../format/table-file.js';
import type { Storage } from '../storage/storage.js';
import { readPassing } from './read-passing.js';
import { readExpired } from './snapshot-lookup.js';

/** A table file, for a reader of snapshot `snapshotId`. @throws LakeError `corrupt`; `not-found` when that expired */
export async function readTableFile(
  storage: Storage,
  name: string,
  ref: TableRef,
  snapshotId: number,
): Promise<TableFile> {
  return namedTableFile(await readNamed(storage, ref, snapshotId), name, ref);
}

/** The table file that the bytes say, if it is what it is named as. @throws LakeError `corrupt` */
export function namedTableFile(bytes: Uint8Array, name: string, ref: TableRef): TableFile {
  const file = parseTableFile(bytes, ref.path);
  if (file.table !== name) throw damaged(ref.path, `it is of table ${file.table}, expected ${name}`);
  refuseOtherTotals(ref, tableTotals(file));
  return file;
}

/** The files of a manifest, for a reader of snapshot `snapshotId`. @throws LakeError `corrupt`; `not-found` when that expired */
export async function readManifest(
  storage: Storage,
  table: string,
  ref: ManifestRef,
  snapshotId: number,
): Promise<readonly DataFile[]> {
  return namedManifest(await readNamed(storage, ref, snapshotId), table, ref).files;
}

/** The manifest that the bytes say, if it is what it is named as. @throws LakeError `corrupt` */
export function namedManifest(bytes: Uint8Array, table: string, ref: ManifestRef): Manifest {
  const manifest = parseManifest(bytes, ref.path);
  if (manifest.table !== table)
    throw damaged(ref.path, `it is of table ${manifest.table}, expected ${table}`);
  refuseOtherTotals(ref, summarizeManifest(manifest.files));
  return manifest;
}

/** Totals are believed by whoever does not look further down. */
function refuseOtherTotals(named: TableRef | ManifestRef, found: Totals): void {
  for (const total of ['files', 'rows', 'bytes'] as const) {
    if (named[total] === found[total]) continue;
    throw damaged(named.path, `it lists ${found[total]} ${total}, expected ${named[total]}`);
  }
}

type Totals = ReturnType<typeof tableTotals>;

async function readNamed(
  storage: Storage,
  { path, sha256 }: { readonly path: string; readonly sha256: string },
  snapshotId: number,
): Promise<Uint8Array> {
  const bytes = await readPassing(storage, path, (found) => checkHash(found, sha256, path));
  if (bytes === undefined) throw await whyGone(storage, path, snapshotId);
  return bytes;
}

/** Why a file that snapshot `snapshotId` names is not there: the snapshot expired while it was read, or damage. */
export async function whyGone(storage: Storage, path: string, snapshotId: number): Promise<LakeError> {
  if (!(await hasExpired(storage, snapshotId))) return damaged(path, 'it is missing');
  const message = `Snapshot ${snapshotId} expired while it was read (${path} is gone). Read a newer one: "lake snapshot list".`;
  return new LakeError('not-found', message, { details: { snapshot: snapshotId, path } });
}

/** A mark alone is none: until its `snapshot.json` is gone, a snapshot is read as ever. */
async function hasExpired(storage: Storage, snapshotId: number): Promise<boolean> {
  if ((await readExpired(storage, snapshotId)) === undefined) return false;
  return (await storage.stat(snapshotPath(snapshotId))) === undefined;
}
