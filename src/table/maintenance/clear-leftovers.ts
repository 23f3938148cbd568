// What heals by itself: a hint that is lost, torn or stale, and folders and tags that dead writers left (format §7). None of it ever
// keeps anyone from reading or writing, so none of it is reported.

import { isLakeError } from '../../common/errors.js';
import type { Runtime } from '../../common/runtime.js';
import { encodeHint, parseHint, type LakeFile } from '../../format/lake-file.js';
import { hintPath, metadataFolder, snapshotPath, tagPath } from '../../format/paths.js';
import type { Storage } from '../../storage/storage.js';
import { findHead, listTags, readExpired, readIfThere } from '../snapshot-lookup.js';
import { cleanUpBefore, inFlightMs } from '../writers.js';

/** Heals as much as can be; what the storage refuses is left for another time. */
export async function heal(storage: Storage, runtime: Runtime, lake: LakeFile): Promise<void> {
  for (const work of [healHint, healTags, (on: Storage) => healLeftovers(on, runtime, lake)]) {
    try {
      await work(storage);
    } catch (error) {
      if (!isLakeError(error)) throw error;
    }
  }
}

/** Makes the hint point to the head. It only saves looking for it, so nothing depends on it. */
export async function healHint(storage: Storage): Promise<'healed' | 'right'> {
  const head = await findHead(storage);
  const bytes = await readIfThere(storage, hintPath);
  const hint = bytes && parseHint(bytes);
  if (head === 0 || hint === head) return 'right';
  await storage.write([{ path: hintPath, bytes: encodeHint(head) }]);
  return 'healed';
}

/**
 * Removes tags of snapshots that are gone. Expiry deletes a snapshot only after its mark kept every tagging that came
 * later from being acknowledged, so such a tag is one that died, or lost its power, before it was.
 * @returns the names that went
 */
export async function healTags(storage: Storage): Promise<readonly string[]> {
  const gone: string[] = [];
  for (const [name, snapshotId] of await listTags(storage)) {
    const isThere = (await storage.stat(snapshotPath(snapshotId))) !== undefined;
    if (!isThere && (await readExpired(storage, snapshotId)) !== undefined) gone.push(name);
  }
  await storage.delete(gone.map(tagPath));
  return gone;
}

/**
 * Removes staging folders and probes that are older than the grace period and every living writer.
 * @returns the folders that went
 */
async function healLeftovers(
  storage: Storage,
  runtime: Runtime,
  { vacuumGraceMs }: LakeFile,
): Promise<readonly string[]> {
  const names = (await storage.names(metadataFolder, '.')).filter((name) => /^\.(staging|probe)-/.test(name));
  const listed = [];
  for (const name of names) {
    const folder = `${metadataFolder}/${name}`;
    listed.push({ folder, files: await storage.list(folder) });
  }
  if (listed.length === 0) return [];
  const nowMs = runtime.now() / 1000;
  const before = Math.min(await cleanUpBefore(storage, nowMs, vacuumGraceMs), nowMs - inFlightMs);
  const old = listed.filter(
    ({ files }) => files.length > 0 && files.every(({ modifiedAtMs }) => modifiedAtMs < before),
  );
  await storage.delete(old.map(({ folder }) => folder));
  return old.map(({ folder }) => folder);
}
