// The Iceberg snapshots of a table: for each version its manifests, the list of them, and a summary. What an earlier
// publication wrote is known by its name and not made again.

import { sha256 } from '../common/sha256.js';
import { microsOfIso } from '../common/runtime.js';
import type { DataFile } from '../format/data-file.js';
import { currentSchema } from '../format/table-file.js';
import type { FileToWrite, Storage } from '../storage/storage.js';
import { manifestsOf, type TableVersion } from './history.js';
import { listName, manifestName, publicationMetadata } from './layout.js';
import { encodeManifestList, type ListedManifest } from './manifest-list.js';
import { encodeManifestFile, type ManifestContent } from './manifest.js';
import type { SnapshotJson } from './metadata.js';

/** What every name depends on beside the content: with another version of the writer every file is made anew. */
const WRITER = 1;

/** A table, its retained versions, and what an earlier publication made of them. */
interface SnapshotsRequest {
  readonly storage: Storage;
  readonly table: string;
  /** Of the lake, without a slash at its end. */
  readonly location: string;
  /** Oldest first. */
  readonly versions: readonly TableVersion[];
  /** What is published already, by the path of its manifest list. */
  readonly known: ReadonlyMap<string, SnapshotJson>;
}

/** Snapshots in the order of their versions, and what must be written before the metadata names them. */
interface MadeSnapshots {
  readonly snapshots: readonly SnapshotJson[];
  /** Manifests before the lists that name them. */
  readonly files: readonly FileToWrite[];
}

/** Of each version a snapshot, and the files that are not there yet. */
export async function makeSnapshots(request: SnapshotsRequest): Promise<MadeSnapshots> {
  const snapshots: SnapshotJson[] = [];
  const manifests = new Map<string, FileToWrite>();
  const lists: FileToWrite[] = [];
  for (const [at, version] of request.versions.entries()) {
    const parent = request.versions[at - 1];
    const key = await keyOf(request, [
      version.ref.sha256,
      parent?.ref.sha256 ?? null,
      parent?.entry.snapshotId ?? null,
    ]);
    const name = listName(version.entry.snapshotId, key);
    const known = request.known.get(wholePath(request, name));
    if (known !== undefined) {
      snapshots.push(known);
      continue;
    }
    const made = await makeSnapshot(request, version, parent, name);
    for (const file of made.manifests) manifests.set(file.path, file);
    lists.push(made.list);
    snapshots.push(made.snapshot);
  }
  return { snapshots, files: [...manifests.values(), ...lists] };
}

const keyOf = ({ location, table }: SnapshotsRequest, content: unknown): Promise<string> =>
  sha256(new TextEncoder().encode(JSON.stringify([WRITER, location, table, content])));

const wholePath = ({ location, table }: SnapshotsRequest, name: string): string =>
  `${location}/${publicationMetadata(table)}/${name}`;

async function makeSnapshot(
  request: SnapshotsRequest,
  version: TableVersion,
  parent: TableVersion | undefined,
  name: string,
): Promise<{ manifests: readonly FileToWrite[]; list: FileToWrite; snapshot: SnapshotJson }> {
  const { storage, table, location } = request;
  const { entry, file } = version;
  const lists = await manifestsOf(storage, version);
  const before = parent === undefined ? [] : (await manifestsOf(storage, parent)).flat();
  const change = changeOf(before, lists.flat());
  const contents = [
    ...lists.flatMap((files) => contentsOf(version, files)),
    ...contentsOf(version, change.removed).map((each) => ({ ...each, deletedIn: entry.snapshotId })),
  ];
  const manifests: FileToWrite[] = [];
  const listed: ListedManifest[] = [];
  for (const content of contents) {
    const own = manifestName(await keyOf(request, contentKey(content)));
    const bytes = await encodeManifestFile(content, location);
    manifests.push({ path: `${publicationMetadata(table)}/${own}`, bytes });
    listed.push({ path: wholePath(request, own), bytes: bytes.length, content });
  }
  const ids = { snapshotId: entry.snapshotId, parentId: parent?.entry.snapshotId };
  const list = {
    path: `${publicationMetadata(table)}/${name}`,
    bytes: await encodeManifestList(ids, listed),
  };
  const snapshot: SnapshotJson = {
    'snapshot-id': ids.snapshotId,
    ...(ids.parentId !== undefined && { 'parent-snapshot-id': ids.parentId }),
    'sequence-number': ids.snapshotId,
    'timestamp-ms': Math.floor(microsOfIso(entry.committedAt) / 1000),
    'manifest-list': wholePath(request, name),
    summary: summaryOf(version, change),
    'schema-id': file.currentSchemaId,
  };
  return { manifests, list, snapshot };
}

/** One for each partition spec among the files; none without files. */
function contentsOf({ file }: TableVersion, files: readonly DataFile[]): readonly ManifestContent[] {
  const schema = currentSchema(file);
  return file.specs
    .map((spec) => ({ schema, spec, files: files.filter(({ specId }) => specId === spec.specId) }))
    .filter((content) => content.files.length > 0);
}

/** What the bytes of a manifest are made of. */
const contentKey = ({ schema, spec, files, deletedIn }: ManifestContent): unknown => [
  ...[schema, spec, deletedIn ?? null],
  files.map(({ path, sha256: hash, addedIn }) => [path, hash, addedIn]),
];

interface Change {
  readonly added: readonly DataFile[];
  readonly removed: readonly DataFile[];
}

function changeOf(before: readonly DataFile[], after: readonly DataFile[]): Change {
  const [old, now] = [new Set(before.map(({ path }) => path)), new Set(after.map(({ path }) => path))];
  return {
    added: after.filter(({ path }) => !old.has(path)),
    removed: before.filter(({ path }) => !now.has(path)),
  };
}

/** All values are text: a number breaks readers in Java. */
function summaryOf({ entry, ref }: TableVersion, { added, removed }: Change): Record<string, string> {
  const rows = (files: readonly DataFile[]): number => files.reduce((sum, file) => sum + file.rows, 0);
  const size = (files: readonly DataFile[]): number => files.reduce((sum, file) => sum + file.bytes, 0);
  const partitions = new Set(
    [...added, ...removed].map(({ specId, partition }) => JSON.stringify([specId, partition])),
  );
  const numbers = {
    'added-data-files': added.length,
    'added-records': rows(added),
    'added-files-size': size(added),
    'deleted-data-files': removed.length,
    'deleted-records': rows(removed),
    'removed-files-size': size(removed),
    'changed-partition-count': partitions.size,
    'total-records': ref.rows,
    'total-files-size': ref.bytes,
    'total-data-files': ref.files,
    'total-delete-files': 0,
    'total-position-deletes': 0,
    'total-equality-deletes': 0,
  };
  const texts = Object.entries(numbers).map(([key, value]): [string, string] => [key, String(value)]);
  return {
    operation: operationOf(entry.operation, added, removed),
    'lake.operation': entry.operation,
    ...Object.fromEntries(texts),
  };
}

function operationOf(operation: string, added: readonly DataFile[], removed: readonly DataFile[]): string {
  if (operation === 'compact') return 'replace';
  if (removed.length === 0) return 'append';
  return added.length === 0 ? 'delete' : 'overwrite';
}
