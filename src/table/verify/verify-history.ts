// The line of snapshots under scrutiny: lake.json, each snapshot, the chain of parents, what is left of expired ones, tags.

import { mapConcurrent } from '../../common/concurrency.js';
import { sha256 } from '../../common/sha256.js';
import { parseLakeFile, parseTag, type LakeFile } from '../../format/lake-file.js';
import {
  expiredPath,
  lakeFilePath,
  metadataFolder,
  isTagName,
  snapshotPath,
  tagPath,
} from '../../format/paths.js';
import { parseExpired, parseSnapshot, type ExpiredSnapshot, type Snapshot } from '../../format/snapshot.js';
import { runFacts } from '../../format/summary.js';
import type { Storage } from '../../storage/storage.js';
import { findHead, folderIds, folderState, isEmptied, maxHole } from '../snapshot-lookup.js';
import { faultOf, readOrFault, type Fault } from './verify-tree.js';

/** What is wrong with a file of the line of snapshots. */
interface LineFault extends Fault {
  readonly role: 'lake file' | 'snapshot' | 'expired' | 'tag';
  readonly path: string;
  /** Those that cannot be trusted for it. */
  readonly snapshots: readonly number[];
}

/** A snapshot's folder as it was found. */
export interface Found {
  readonly id: number;
  readonly snapshot?: Snapshot;
  /** Of `snapshot.json`. */
  readonly sha256?: string;
  readonly expired?: ExpiredSnapshot;
  readonly bytes: number;
  readonly faults: readonly LineFault[];
}

/** Folders in work at a time. */
const parallelReads = 8;

/** States of a folder beyond the head that is no fault. */
const harmless: ReadonlySet<string> = new Set(['free', 'unfinished']);

/**
 * The numbers of all snapshots, holes included; and folders beyond the head that hold anything. Where very many numbers
 * are missing, only their last one is looked into.
 */
export async function allNumbers(storage: Storage): Promise<readonly number[]> {
  const head = await findHead(storage);
  const ids: number[] = [];
  const there = await folderIds(storage);
  for (const id of there)
    if (
      id <= head ||
      (id === head + 1 && (await isEmptied(storage, there, id))) ||
      !harmless.has(await folderState(storage, id))
    )
      ids.push(id);
  return ids.flatMap((id, i) => {
    const before = ids[i - 1] ?? 0;
    const hole = id - before - 1;
    return hole > maxHole ? [id - 1, id] : Array.from({ length: hole + 1 }, (_, at) => before + 1 + at);
  });
}

/** Looks into the folders of snapshots, each by itself. */
export function findAll(storage: Storage, ids: readonly number[]): Promise<readonly Found[]> {
  return mapConcurrent(ids, parallelReads, (id) => find(storage, id));
}

async function find(storage: Storage, id: number): Promise<Found> {
  const path = snapshotPath(id);
  const read = await readOrFault(storage, path);
  if ('bytes' in read) {
    const { bytes } = read;
    const parsed = await parsedOr(async () => {
      const snapshot = await parseSnapshot(bytes, id);
      runFacts(snapshot);
      return snapshot;
    });
    if ('kind' in parsed)
      return { id, bytes: bytes.length, faults: [faultAt('snapshot', path, parsed, [id])] };
    return { id, snapshot: parsed.value, sha256: await sha256(bytes), bytes: bytes.length, faults: [] };
  }
  if (read.kind === 'missing') return findExpired(storage, id);
  return { id, bytes: 0, faults: [faultAt('snapshot', path, read, [id])] };
}

async function findExpired(storage: Storage, id: number): Promise<Found> {
  const path = expiredPath(id);
  const read = await readOrFault(storage, path);
  if ('bytes' in read) {
    const { bytes } = read;
    const parsed = await parsedOr(() => parseExpired(bytes, id));
    if ('kind' in parsed) return { id, bytes: bytes.length, faults: [faultAt('expired', path, parsed, [])] };
    return { id, expired: parsed.value, bytes: bytes.length, faults: [] };
  }
  const missing: Fault = { kind: 'missing', what: 'it is missing, and the snapshot did not expire' };
  const fault = read.kind === 'missing' ? faultAt('snapshot', snapshotPath(id), missing, [id]) : undefined;
  return { id, bytes: 0, faults: [fault ?? faultAt('expired', path, read, [])] };
}

/** Of the snapshots that were there, those that have expired since. */
export async function expiredSince(storage: Storage, found: readonly Found[]): Promise<ReadonlySet<number>> {
  const there = found.filter(({ snapshot }) => snapshot !== undefined).map(({ id }) => id);
  const now = await findAll(storage, there);
  return new Set(now.filter(({ expired }) => expired !== undefined).map(({ id }) => id));
}

/** Whether each snapshot is the one that the next was made on. A parent that is another now is the one at fault. */
export function chainFaults(found: readonly Found[]): readonly LineFault[] {
  return found.flatMap((child, i) => {
    const parent = found[i - 1];
    const { parentSha256, committedAt } = child.snapshot ?? {};
    if (parentSha256 === undefined || parent?.id !== child.id - 1) return [];
    const actual = parent.sha256 ?? parent.expired?.sha256;
    const what = `snapshot ${child.id} was made on one with sha256 ${parentSha256}, this has ${actual}`;
    if (actual !== undefined && actual !== parentSha256) {
      const [role, path] = parent.snapshot
        ? (['snapshot', snapshotPath(parent.id)] as const)
        : (['expired', expiredPath(parent.id)] as const);
      return [faultAt(role, path, { kind: 'damaged', what }, parent.snapshot ? [parent.id] : [])];
    }
    const before = (parent.snapshot ?? parent.expired)?.committedAt;
    if (before === undefined || before < committedAt!) return [];
    const late = `it was committed at ${committedAt}, not after its parent (${before})`;
    return [faultAt('snapshot', snapshotPath(child.id), { kind: 'damaged', what: late }, [child.id])];
  });
}

/** `lake.json`, without which no snapshot can be opened. */
export async function lakeFileFaults(
  storage: Storage,
  found: readonly Found[],
): Promise<readonly LineFault[]> {
  const read = await readOrFault(storage, lakeFilePath);
  const parsed = 'bytes' in read ? await parsedOr(() => parseLakeFile(read.bytes)) : read;
  const there = found.filter(({ snapshot }) => snapshot !== undefined);
  if ('kind' in parsed)
    return [
      faultAt(
        'lake file',
        lakeFilePath,
        parsed,
        there.map(({ id }) => id),
      ),
    ];
  return there.flatMap(({ id, snapshot }) => foreignFault(parsed.value, id, snapshot!.lakeId));
}

function foreignFault({ lakeId }: LakeFile, id: number, found: string): readonly LineFault[] {
  if (found === lakeId) return [];
  const what = `it belongs to lake ${found}, this is ${lakeId}`;
  return [faultAt('snapshot', snapshotPath(id), { kind: 'damaged', what }, [id])];
}

/** Tags that are torn or point to what never was. */
export async function tagFaults(storage: Storage, found: readonly Found[]): Promise<readonly LineFault[]> {
  const files = (await storage.names(`${metadataFolder}/tags`)).filter((name) => name.endsWith('.json'));
  const names = files.map((name) => name.slice(0, -'.json'.length)).filter(isTagName);
  const faults = await mapConcurrent(names, parallelReads, (name) => tagFault(storage, tagPath(name), found));
  return faults.flat();
}

async function tagFault(
  storage: Storage,
  path: string,
  found: readonly Found[],
): Promise<readonly LineFault[]> {
  const read = await readOrFault(storage, path);
  if ('kind' in read && read.kind === 'missing') return []; // it was taken off since
  const parsed = 'bytes' in read ? await parsedOr(() => parseTag(read.bytes, path)) : read;
  if ('kind' in parsed) return [faultAt('tag', path, parsed, [])];
  const { snapshot } = parsed.value;
  if (found.some(({ id, expired }) => id === snapshot && expired === undefined)) return [];
  if ((await storage.stat(snapshotPath(snapshot))) !== undefined) return []; // committed since
  if (found.some(({ id }) => id === snapshot)) return []; // it expired: left by a tagging that died (see clear-leftovers.ts)
  const what = `it points to snapshot ${snapshot}, which never was`;
  return [faultAt('tag', path, { kind: 'damaged', what }, [])];
}

function faultAt(
  role: LineFault['role'],
  path: string,
  { kind, what }: Fault,
  snapshots: readonly number[],
): LineFault {
  return { role, path, kind, what, snapshots };
}

async function parsedOr<T>(work: () => Promise<T>): Promise<{ readonly value: T } | Fault> {
  try {
    return { value: await work() };
  } catch (error) {
    return faultOf(error);
  }
}
