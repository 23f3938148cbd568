// Publishing: our snapshots as Iceberg metadata, beside our own and after it. Our commit is the authority; what is written
// here is a pure function of it and of the location. Manifests first, then lists, then `vN.metadata.json` (created, never
// put over somebody else's), then the hint: a reader sees the old publication or the new one.

import { LakeError } from '../common/errors.js';
import { microsOfIso } from '../common/runtime.js';
import { compareText } from '../common/text-order.js';
import { readIfThere, readLakeFile } from '../table/snapshot-lookup.js';
import type { Storage } from '../storage/storage.js';
import { readLakeLine, tableVersions, type LakeLine } from './history.js';
import {
  hintName,
  isOurName,
  metadataFileName,
  metadataVersion,
  publicationFolder,
  publicationMetadata,
} from './layout.js';
import { encodeTableMetadata, ownMetadata, type PublishedMetadata, type SnapshotJson } from './metadata.js';
import { makeSnapshots } from './snapshots.js';

/** What is published, and under which address. */
interface PublishOptions {
  /** The URI at which readers find the lake's folder. */
  readonly location: string;
  /** All tables of the head unless given. */
  readonly tables?: readonly string[];
  readonly signal?: AbortSignal;
}

/** What was done for a table. */
export interface PublishedTable {
  readonly table: string;
  /** Relative to the lake. */
  readonly metadata: string;
  /** Iceberg snapshots in it. */
  readonly snapshots: number;
  readonly filesWritten: number;
  readonly filesDeleted: number;
  /** The location of the publication that was there, where it was another. */
  readonly movedFrom?: string;
  /** Files in the table's folder that no publication of ours named: of another program, left alone. */
  readonly foreign: readonly string[];
}

/** What a publication left behind: every table that readers can now open. */
export interface Publication {
  /** The lake's newest snapshot: the N of every `vN.metadata.json`. */
  readonly snapshot: number;
  readonly location: string;
  readonly tables: readonly PublishedTable[];
}

const LOCK = 'iceberg';
const LOCK_TIMEOUT_MS = 60_000;

/**
 * Publishes the head with the retained snapshots before it. Publishing twice changes no byte.
 * @throws LakeError `conflict` where another program wrote metadata that would be hidden; `not-found`; `corrupt`;
 *   `out-of-resources`; `interrupted`
 */
export async function publishTables(storage: Storage, options: PublishOptions): Promise<Publication> {
  const lock = await storage.lock(LOCK, {
    timeoutMs: LOCK_TIMEOUT_MS,
    ...(options.signal && { signal: options.signal }),
  });
  try {
    const lake = await readLakeFile(storage);
    const line = await readLakeLine(storage);
    const head = line.snapshots.at(-1);
    if (lake === undefined || head === undefined)
      throw new LakeError(
        'not-found',
        'There is no snapshot to publish yet: make the first with "lake ingest".',
      );
    const tables: PublishedTable[] = [];
    for (const table of wanted(Object.keys(head.tables), options.tables)) {
      options.signal?.throwIfAborted();
      tables.push(
        await publishTable({ storage, line, lakeId: lake.lakeId, location: options.location, table }),
      );
    }
    return { snapshot: head.snapshotId, location: options.location, tables };
  } finally {
    await lock.release();
  }
}

function wanted(all: readonly string[], named: readonly string[] | undefined): readonly string[] {
  const unknown = named?.find((table) => !all.includes(table));
  if (unknown === undefined) return named ?? all;
  throw new LakeError(
    'not-found',
    `There is no table ${unknown} in the newest snapshot; it has ${all.join(', ')}.`,
  );
}

interface TableRequest {
  readonly storage: Storage;
  readonly line: LakeLine;
  readonly lakeId: string;
  /** Of the lake. */
  readonly location: string;
  readonly table: string;
}

async function publishTable(request: TableRequest): Promise<PublishedTable> {
  const { storage, line, lakeId, location, table } = request;
  const head = line.snapshots.at(-1)!;
  const found = await findPublished(storage, table);
  refuseForeign(table, found, head.snapshotId);
  const versions = await tableVersions(storage, line, table);
  const known = knownLists(found);
  const made = await makeSnapshots({ storage, table, location, versions, known });
  const bytes = await encodeTableMetadata({
    location: `${location}/${publicationFolder(table)}`,
    lakeId,
    versions,
    snapshots: made.snapshots,
    head: { snapshotId: head.snapshotId, committedAtMs: Math.floor(microsOfIso(head.committedAt) / 1000) },
    tags: line.tags,
  });
  const missing = made.files.filter(({ path }) => !found.names.has(nameOf(path)));
  await storage.write(missing);
  const version = await putVersion(request, found, bytes);
  const isHinted = found.hint === String(head.snapshotId);
  const hint = {
    path: `${publicationMetadata(table)}/${hintName}`,
    bytes: new TextEncoder().encode(String(head.snapshotId)),
  };
  if (!isHinted) await storage.write([hint]);
  const deleted = await deleteOld(request, found, made.snapshots);
  const movedFrom = found.newest?.own?.location;
  return {
    table,
    metadata: `${publicationMetadata(table)}/${metadataFileName(head.snapshotId)}`,
    snapshots: made.snapshots.length,
    filesWritten: missing.length + Number(version === 'written') + Number(!isHinted),
    filesDeleted: deleted,
    ...(movedFrom !== undefined && movedFrom !== `${location}/${publicationFolder(table)}` && { movedFrom }),
    foreign: found.foreign,
  };
}

/** What lies in a table's folder. */
export interface Found {
  /** Of files in the metadata folder. */
  readonly names: ReadonlySet<string>;
  readonly hint: string | undefined;
  /** Every `vN.metadata.json`, newest first. */
  readonly versions: readonly {
    readonly version: number;
    readonly bytes: Uint8Array;
    readonly own: PublishedMetadata | undefined;
  }[];
  readonly newest: Found['versions'][number] | undefined;
  /** Relative to the lake, sorted. */
  readonly foreign: readonly string[];
}

/** Reads what is published of a table, by us or by others. */
export async function findPublished(storage: Storage, table: string): Promise<Found> {
  const folder = publicationMetadata(table);
  const listed = (await storage.list(publicationFolder(table))).map(({ path }) => path);
  const names = new Set(listed.filter((path) => path === `${folder}/${nameOf(path)}`).map(nameOf));
  const numbers = [...names].flatMap((name) => metadataVersion(name) ?? []).toSorted((a, b) => b - a);
  const versions: Found['versions'][number][] = [];
  for (const version of numbers) {
    const bytes = await storage.read(`${folder}/${metadataFileName(version)}`);
    versions.push({ version, bytes, own: await ownMetadata(bytes) });
  }
  const hint = await readIfThere(storage, `${folder}/${hintName}`);
  const strangers = new Set(
    versions.filter(({ own }) => own === undefined).map(({ version }) => metadataFileName(version)),
  );
  const foreign = listed.filter((path) => {
    const name = nameOf(path);
    if (name.startsWith('.')) return false; // `.gitkeep` and the like
    return path !== `${folder}/${name}` || !isOurName(name) || strangers.has(name);
  });
  return {
    names,
    versions,
    newest: versions.find(({ own }) => own !== undefined),
    hint: hint && new TextDecoder().decode(hint),
    foreign: foreign.toSorted(compareText),
  };
}

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** A version that we did not write, at the head's number or above it: a reader takes it for the newest. */
function refuseForeign(table: string, { versions }: Found, head: number): void {
  const stranger = versions.find(({ version, own }) => own === undefined && version >= head);
  if (stranger === undefined) return;
  const path = `${publicationMetadata(table)}/${metadataFileName(stranger.version)}`;
  throw new LakeError(
    'conflict',
    `${path} was written or changed by another program: readers of ${table} see it in place of snapshot ${head}. What it added is not part of the lake. Move the file away, and publish again.`,
    {
      details: {
        table,
        path,
        expected: `a file that lake wrote, at most v${head}`,
        actual: `v${stranger.version}`,
      },
    },
  );
}

/** Snapshots of our own publications, by the lists that are still there. */
function knownLists({ versions, names }: Found): ReadonlyMap<string, SnapshotJson> {
  const all = versions.flatMap(({ own }) => own?.snapshots ?? []);
  const there = all.filter((snapshot) => names.has(nameOf(snapshot['manifest-list'])));
  return new Map(there.map((snapshot) => [snapshot['manifest-list'], snapshot]));
}

/** Created where there is none; put in place of our own, which other retained snapshots, tags or another place made. */
async function putVersion(
  { storage, table, line }: TableRequest,
  { versions }: Found,
  bytes: Uint8Array,
): Promise<'written' | 'same'> {
  const head = line.snapshots.at(-1)!.snapshotId;
  const path = `${publicationMetadata(table)}/${metadataFileName(head)}`;
  const there = versions.find(({ version }) => version === head);
  if (there !== undefined && Buffer.compare(there.bytes, bytes) === 0) return 'same';
  if (there !== undefined) await storage.write([{ path, bytes }]);
  else if ((await storage.create({ path, bytes })) === 'taken')
    throw new LakeError('conflict', `${path} appeared while ${table} was published. Publish again.`, {
      details: { table, path },
    });
  return 'written';
}

/**
 * Takes out what neither the new publication nor the one before it names: a reader that began on that one ends on it,
 * unless its snapshot has expired.
 * Only files by our names go, and metadata only with our hash.
 */
async function deleteOld(
  { storage, table, line }: TableRequest,
  { versions, names }: Found,
  snapshots: readonly SnapshotJson[],
): Promise<number> {
  const head = line.snapshots.at(-1)!.snapshotId;
  const [previous, ...older] = versions.filter(({ own, version }) => own !== undefined && version < head);
  const retained = new Set(line.snapshots.map(({ snapshotId }) => snapshotId));
  const before = (previous?.own?.snapshots ?? []).filter((each) => retained.has(each['snapshot-id']));
  const lists = [...snapshots, ...before].map((each) => nameOf(each['manifest-list']));
  const kept = await namedBy(storage, table, new Set(lists));
  const avros = [...names].filter((name) => name.endsWith('.avro') && isOurName(name) && !kept.has(name));
  const gone = [...older.map(({ version }) => metadataFileName(version)), ...avros];
  await storage.delete(gone.map((name) => `${publicationMetadata(table)}/${name}`));
  return gone.length;
}

/** The lists with the manifests that they name: nothing in them is compressed, so a name can be seen as it is. */
async function namedBy(
  storage: Storage,
  table: string,
  lists: ReadonlySet<string>,
): Promise<ReadonlySet<string>> {
  const named = new Set(lists);
  for (const list of lists) {
    const bytes = await readIfThere(storage, `${publicationMetadata(table)}/${list}`);
    const text = new TextDecoder('latin1').decode(bytes);
    for (const [name] of text.matchAll(/[0-9a-f]{32}-m0\.avro/g)) named.add(name);
  }
  return named;
}
