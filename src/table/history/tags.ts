// Names for snapshots, which keep them from expiring (format §7). A tag is written first and then looks whether its
// snapshot is being expired, and expiry marks first and then looks for tags: whoever comes second sees the other.

import { LakeError } from '../../common/errors.js';
import { isoMicros, type Runtime } from '../../common/runtime.js';
import { encodeTag } from '../../format/lake-file.js';
import { snapshotPath, tagPath } from '../../format/paths.js';
import type { FileToWrite, Storage } from '../../storage/storage.js';
import { listTags, readExpired, readSnapshot, readTag } from '../snapshot-lookup.js';

/**
 * Names a snapshot; `same` when it has the name already.
 * @throws LakeError `invalid-input` for a name that is not allowed or points elsewhere; `not-found` for a snapshot that
 *   is unknown, expired or expiring
 */
export async function tagSnapshot(
  storage: Storage,
  runtime: Runtime,
  { name, snapshotId }: { readonly name: string; readonly snapshotId: number },
): Promise<'created' | 'same'> {
  const path = tagPath(name);
  await readSnapshot(storage, snapshotId);
  const bytes = await encodeTag({ snapshot: snapshotId, createdAt: isoMicros(runtime.now()) });
  const answer = await claimName(storage, name, { path, bytes }, snapshotId);
  if (!(await isExpiring(storage, snapshotId))) return answer;
  if (answer === 'created') await storage.delete(path);
  throw expiring(snapshotId);
}

async function claimName(
  storage: Storage,
  name: string,
  file: FileToWrite,
  snapshotId: number,
): Promise<'created' | 'same'> {
  while ((await storage.create(file)) === 'taken') {
    const found = await readTag(storage, name);
    if (found === snapshotId) return 'same';
    if (found !== undefined) throw pointsElsewhere(name, found, snapshotId);
  }
  return 'created';
}

/**
 * Removes a tag; the snapshot stays until it expires.
 * @returns the number of the snapshot that it pointed to
 * @throws LakeError `not-found` naming the tags that there are
 */
export async function untag(storage: Storage, name: string): Promise<number> {
  const snapshotId = await readTag(storage, name);
  if (snapshotId === undefined) {
    const names = [...(await listTags(storage)).keys()].join(', ');
    throw new LakeError('not-found', `There is no tag "${name}" (tags: ${names === '' ? 'none' : names}).`, {
      details: { tag: name },
    });
  }
  await storage.delete(tagPath(name));
  return snapshotId;
}

/** Whether a snapshot is marked for expiry or gone. */
export async function isExpiring(storage: Storage, snapshotId: number): Promise<boolean> {
  if ((await readExpired(storage, snapshotId)) !== undefined) return true;
  return (await storage.stat(snapshotPath(snapshotId))) === undefined;
}

/** For a snapshot that another process, or one that died, has begun to expire. */
export function expiring(snapshotId: number): LakeError {
  const message = `Snapshot ${snapshotId} is being expired. Choose a newer one; or, if no "lake snapshot expire" is running, let the next one finish or take back what a stopped one began.`;
  return new LakeError('not-found', message, { details: { snapshot: snapshotId } });
}

function pointsElsewhere(name: string, found: number, wanted: number): LakeError {
  return new LakeError(
    'invalid-input',
    `Tag "${name}" points to snapshot ${found}, not ${wanted}. Take it off first: "lake snapshot untag ${name}".`,
    { details: { tag: name, expected: wanted, actual: found } },
  );
}
