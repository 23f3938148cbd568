// What a commit is about to name must be there: a clean-up may have taken the run for dead and deleted its files, or an
// expiry the snapshot that it builds on. Looked at last, right before the commit point.

import { mapConcurrent } from '../common/concurrency.js';
import { LakeError } from '../common/errors.js';
import type { Lock, Storage } from '../storage/storage.js';

/** A file that a snapshot will name and its parent does not. */
export interface NewlyNamed {
  readonly path: string;
  /** Unsaid for metadata, which is named by its hash alone. */
  readonly bytes?: number;
}

/** What a commit rests on beside the head. */
interface CommitGround {
  /** Locks that keep clean-ups from what is to be named. */
  readonly claims: readonly Lock[];
  readonly named: readonly NewlyNamed[];
}

/** Files in work at a time: looking opens none. */
const parallelLooks = 64;

/**
 * Refuses to commit on ground that is gone.
 * @throws LakeError `conflict`: run it again, with new files
 */
export async function refuseLostGround(storage: Storage, { claims, named }: CommitGround): Promise<void> {
  const [sizes, held] = await Promise.all([
    mapConcurrent(named, parallelLooks, async ({ path }) => (await storage.stat(path))?.sizeBytes),
    Promise.all(claims.map((claim) => claim.isHeld())),
  ]);
  const lost = named.find(({ bytes }, i) => sizes[i] === undefined || (bytes ?? sizes[i]) !== sizes[i]);
  if (lost !== undefined) throw lostFile(lost.path);
  if (held.includes(false)) throw lostClaim();
}

/** For a file that this run wrote or builds on, and that is not there any more. */
export function lostFile(path: string): LakeError {
  const message = `${path} is gone, though this run needs it: another process took the run for dead and cleaned up. Nothing was published; run it again.`;
  return new LakeError('conflict', message, { details: { path } });
}

function lostClaim(): LakeError {
  const message =
    'Another process took this run for dead, since it had been silent for long, and may have cleaned up after it. Nothing was published; run it again.';
  return new LakeError('conflict', message);
}
