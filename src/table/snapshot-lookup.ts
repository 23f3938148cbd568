// The line of snapshots: its newest one, any one, and what people call them. Reads only.

import { isLakeError, LakeError } from '../common/errors.js';
import { microsOfMoment } from '../common/moment.js';
import { sha256 } from '../common/sha256.js';
import { parseHint, parseLakeFile, parseTag, type LakeFile } from '../format/lake-file.js';
import { damaged } from '../format/metadata.js';
import {
  expiredPath,
  hintPath,
  isCommitName,
  isMetadataName,
  isTagName,
  lakeFilePath,
  metadataFolder,
  snapshotFolder,
  snapshotIdOf,
  snapshotPath,
  tagPath,
} from '../format/paths.js';
import { parseExpired, parseSnapshot, type ExpiredSnapshot, type Snapshot } from '../format/snapshot.js';
import type { Storage } from '../storage/storage.js';

/** A snapshot with the hash of its `snapshot.json`. */
interface OpenedSnapshot {
  readonly snapshot: Snapshot;
  readonly sha256: string;
}

/** The file's bytes, or undefined where there is none. */
export async function readIfThere(storage: Storage, path: string): Promise<Uint8Array | undefined> {
  try {
    return await storage.read(path);
  } catch (error) {
    if (isLakeError(error, 'not-found')) return undefined;
    throw error;
  }
}

/** `lake.json`, or undefined where there is no lake yet. */
export async function readLakeFile(storage: Storage): Promise<LakeFile | undefined> {
  const bytes = await readIfThere(storage, lakeFilePath);
  return bytes && parseLakeFile(bytes);
}

/**
 * The number of the newest snapshot, 0 before the first. The highest one that is there is the truth; the hint only saves
 * looking for it. `hint`: what `readHint` said; null where it said nothing; unsaid: it is read.
 */
export async function findHead(storage: Storage, hint?: number | null): Promise<number> {
  const hinted = await followHint(
    storage,
    hint === undefined ? await readHint(storage) : (hint ?? undefined),
  );
  if (hinted?.isNewest === true) return hinted.head;
  let head = hinted?.head ?? (await highestSnapshot(storage));
  while (isTaken(await folderState(storage, head + 1))) head++;
  return head;
}

/** The number that the hint says, if it says one. */
export async function readHint(storage: Storage): Promise<number | undefined> {
  const bytes = await readIfThere(storage, hintPath);
  return bytes && parseHint(bytes);
}

/** Whether a number was given away: a snapshot that lost its `snapshot.json` counts, so that the damage is found. */
const isTaken = (state: FolderState): boolean => state === 'snapshot' || state === 'lost';

/**
 * The number in the hint, and whether none comes after it; undefined where there is no such folder. A folder that lost
 * its `snapshot.json` is followed too.
 */
async function followHint(
  storage: Storage,
  head: number | undefined,
): Promise<{ readonly head: number; readonly isNewest: boolean } | undefined> {
  if (head === undefined) return undefined;
  const [found, next] = await Promise.all([folderState(storage, head), folderState(storage, head + 1)]);
  return found === 'free' ? undefined : { head, isNewest: !isTaken(next) };
}

async function highestSnapshot(storage: Storage): Promise<number> {
  if (storage.lists === false) return highestByDoubling(storage);
  const ids = await folderIds(storage);
  const head = await lastSnapshot(storage, ids);
  return (await isEmptied(storage, ids, head + 1)) ? head + 1 : head;
}

/** The largest of the numbers, ascending, whose folder is a snapshot's; 0 where none is. */
async function lastSnapshot(storage: Storage, ids: readonly number[]): Promise<number> {
  for (const id of ids.toReversed()) if ((await folderState(storage, id)) === 'snapshot') return id;
  return 0;
}

/**
 * Whether the number after the newest snapshot has an empty folder, where a folder appears with its files and so had some.
 * `ids`: what `folderIds` found.
 */
export async function isEmptied(storage: Storage, ids: readonly number[], next: number): Promise<boolean> {
  if (storage.publishesInPlace === true || !ids.includes(next)) return false;
  return (await folderState(storage, next)) === 'free';
}

/** Numbers are given one after the other and never again, so the last that is taken is found without looking at all. */
async function highestByDoubling(storage: Storage): Promise<number> {
  const isThere = async (id: number): Promise<boolean> => isTaken(await folderState(storage, id));
  let [taken, free] = [0, 1];
  while (await isThere(free)) [taken, free] = [free, free * 2];
  while (free - taken > 1) {
    const middle = Math.floor((taken + free) / 2);
    if (await isThere(middle)) taken = middle;
    else free = middle;
  }
  return taken;
}

/**
 * As many numbers may be missing from the line before something else than lost folders is the reason: then they are not
 * looked for one by one.
 */
export const maxHole = 1000;

/** The numbers of all folders that are named like a snapshot's, ascending. */
export async function folderIds(storage: Storage): Promise<readonly number[]> {
  const ids = (await storage.names(metadataFolder)).flatMap((name) => snapshotIdOf(name) ?? []);
  return ids.sort((a, b) => a - b);
}

/**
 * What the folder of a number is: a `snapshot`, there or expired, whose number is never free again; with other files of a
 * commit either `lost`, where a folder appears with all its files and so had the snapshot's own, or, where they are written
 * in their place, `unfinished`, of commits that lost, died or are on their way, which hinder nobody; a `stray` with
 * anything else; or `free`, without any file.
 */
type FolderState = 'snapshot' | 'lost' | 'unfinished' | 'stray' | 'free';

/** What the folder of a number is; where folders cannot be listed, a stray one passes for free. */
export async function folderState(storage: Storage, snapshotId: number): Promise<FolderState> {
  if (storage.lists === false) {
    const files = [snapshotPath(snapshotId), expiredPath(snapshotId)].map((path) => storage.stat(path));
    return (await Promise.all(files)).some((file) => file !== undefined) ? 'snapshot' : 'free';
  }
  const names = await storage.names(snapshotFolder(snapshotId));
  if (names.includes('snapshot.json') || names.includes('expired.json')) return 'snapshot';
  if (names.length === 0) return 'free';
  if (storage.publishesInPlace === true) return names.every(isCommitName) ? 'unfinished' : 'stray';
  return names.some(isMetadataName) ? 'lost' : 'stray';
}

/**
 * One snapshot, checked.
 * @throws LakeError `not-found` when there never was one or it expired; `corrupt`; `unsupported-storage`
 */
export async function openSnapshot(storage: Storage, snapshotId: number): Promise<OpenedSnapshot> {
  const bytes = await readIfThere(storage, snapshotPath(snapshotId));
  if (bytes === undefined) throw await whyMissing(storage, snapshotId);
  return { snapshot: await parseSnapshot(bytes, snapshotId), sha256: await sha256(bytes) };
}

/** One snapshot, checked; see `openSnapshot`. */
export async function readSnapshot(storage: Storage, snapshotId: number): Promise<Snapshot> {
  return (await openSnapshot(storage, snapshotId)).snapshot;
}

async function whyMissing(storage: Storage, snapshotId: number): Promise<LakeError> {
  const expired = await readExpired(storage, snapshotId);
  const details = { snapshot: snapshotId };
  if (expired !== undefined) {
    return new LakeError('not-found', `Snapshot ${snapshotId} (${expired.committedAt}) has expired.`, {
      details,
    });
  }
  const head = await findHead(storage);
  if (snapshotId >= 1 && snapshotId <= head)
    return damaged(snapshotPath(snapshotId), 'it is missing, and the snapshot did not expire');
  const known = head === 0 ? 'the lake has none yet' : `the newest is ${head}`;
  return new LakeError('not-found', `There is no snapshot ${snapshotId}: ${known}.`, { details });
}

/** What is left of an expired snapshot, or undefined. */
export async function readExpired(
  storage: Storage,
  snapshotId: number,
): Promise<ExpiredSnapshot | undefined> {
  const bytes = await readIfThere(storage, expiredPath(snapshotId));
  return bytes && parseExpired(bytes, snapshotId);
}

/** Up to `limit` snapshots, newest first; expired ones are passed over. */
export async function listSnapshots(storage: Storage, limit: number): Promise<readonly Snapshot[]> {
  const found: Snapshot[] = [];
  for (let id = await findHead(storage); id > 0 && found.length < limit; id--) {
    const bytes = await readIfThere(storage, snapshotPath(id));
    if (bytes !== undefined) found.push(await parseSnapshot(bytes, id));
    else if ((await readExpired(storage, id)) === undefined) throw await whyMissing(storage, id);
  }
  return found;
}

/** All tags by name, sorted; none where folders cannot be listed: there a tag is found by its name alone. */
export async function listTags(storage: Storage): Promise<ReadonlyMap<string, number>> {
  if (storage.lists === false) return new Map();
  const files = (await storage.names(`${metadataFolder}/tags`)).filter((name) => name.endsWith('.json'));
  const names = files.map((file) => file.slice(0, -'.json'.length)).filter(isTagName);
  const tags = new Map<string, number>();
  for (const name of names) {
    const snapshot = await readTag(storage, name);
    if (snapshot !== undefined) tags.set(name, snapshot);
  }
  return tags;
}

/** The snapshot that a tag points to, or undefined where there is no such tag. @throws LakeError `corrupt` */
export async function readTag(storage: Storage, name: string): Promise<number | undefined> {
  const path = tagPath(name);
  const bytes = await readIfThere(storage, path);
  return bytes && (await parseTag(bytes, path)).snapshot;
}

/**
 * The number of the snapshot that a person means: `12`, `head`, `head~2`, a tag, or a time (`2024-06-01T12:00:00Z`;
 * a bare day is its first moment): the last snapshot committed at or before it.
 * @throws LakeError `not-found`; `invalid-input` for text that is none of these
 */
export async function resolveReference(storage: Storage, reference: string): Promise<number> {
  const text = reference.trim();
  if (/^\d{1,10}$/.test(text)) return Number(text);
  const back = /^head(?:~(\d{1,10}))?$/.exec(text);
  if (back !== null) return ancestorOfHead(storage, text, Number(back[1] ?? 0));
  const micros = microsOfMoment(text);
  if (micros !== undefined) return lastCommittedBy(storage, text, micros);
  const tagged = isTagName(text) ? await readTag(storage, text) : undefined;
  if (tagged !== undefined) return tagged;
  if (!isTagName(text)) throw noReference(reference);
  const names = [...(await listTags(storage)).keys()].join(', ');
  throw new LakeError('not-found', `There is no tag "${text}" (tags: ${names === '' ? 'none' : names}).`);
}

function noReference(reference: string): LakeError {
  const expected = 'a number, head, head~2, a tag, or a day or time like 2024-06-01T12:00:00Z';
  const why = /^\s*\d{4}-\d\d-\d\d/.test(reference)
    ? 'is not a day or time of the calendar'
    : 'is not a snapshot';
  return new LakeError('invalid-input', `"${reference}" ${why}: expected ${expected}.`, {
    details: { given: reference, expected },
  });
}

async function ancestorOfHead(storage: Storage, text: string, steps: number): Promise<number> {
  const head = await findHead(storage);
  if (head - steps >= 1) return head - steps;
  const known =
    head === 0 ? 'the lake has none yet; make the first with "lake ingest"' : `the lake has ${head}`;
  throw new LakeError('not-found', `There is no snapshot ${text}: ${known}.`);
}

/** Times of commits rise strictly, so the line can be searched by halves. */
async function lastCommittedBy(storage: Storage, text: string, micros: bigint): Promise<number> {
  let [low, high] = [0, await findHead(storage)];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((await committedAt(storage, middle)) <= micros) low = middle;
    else high = middle - 1;
  }
  if (low > 0) return low;
  throw new LakeError(
    'not-found',
    `No snapshot was committed at or before ${text} (UTC; a day is its first moment): ${await firstCommit(storage)}.`,
  );
}

async function firstCommit(storage: Storage): Promise<string> {
  if ((await findHead(storage)) === 0) return 'the lake has none yet; make the first with "lake ingest"';
  const { committedAt } = (await readExpired(storage, 1)) ?? (await readSnapshot(storage, 1));
  return `the lake's first is of ${committedAt}`;
}

async function committedAt(storage: Storage, snapshotId: number): Promise<bigint> {
  const expired = await readExpired(storage, snapshotId);
  const { committedAt } = expired ?? (await readSnapshot(storage, snapshotId));
  return microsOfMoment(committedAt) ?? 0n;
}
