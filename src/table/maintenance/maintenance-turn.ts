// What the operations that delete share: they take turns, and stop when asked.

import { isLakeError, LakeError } from '../../common/errors.js';
import type { Lock, Storage } from '../../storage/storage.js';

/** How long one waits for another, which is seldom at work for longer than seconds. */
const timeoutMs = 60_000;

/**
 * Expiry and vacuum run one at a time, so that each can show that nothing went which it did not mean to go. Safety does
 * not rest on it: on a disk without space for a lock they go on without one, since they alone can free some.
 * @throws LakeError `conflict` after a minute, `interrupted`
 */
export async function lockMaintenance(storage: Storage, signal?: AbortSignal): Promise<Lock | undefined> {
  try {
    return await storage.lock('maintenance', { timeoutMs, ...(signal && { signal }) });
  } catch (error) {
    if (isOutOfSpace(error)) return undefined;
    throw error;
  }
}

/** Whether the disk, or the quota on it, has no byte left. */
export function isOutOfSpace(error: unknown): boolean {
  if (!isLakeError(error, 'out-of-resources')) return false;
  return error.details['system'] === 'ENOSPC' || error.details['system'] === 'EDQUOT';
}

/** @throws LakeError `interrupted` when the signal has fired */
export function refuseStopped(signal: AbortSignal | undefined, what = 'nothing was published'): void {
  if (signal?.aborted === true) throw new LakeError('interrupted', `Interrupted; ${what}.`);
}
