// What the operations that delete share: they take turns, and stop when asked.

import { LakeError } from '../../common/errors.js';
import type { Lock, Storage } from '../../storage/storage.js';

/** How long one waits for another, which is seldom at work for longer than seconds. */
const timeoutMs = 60_000;

/**
 * Expiry and vacuum run one at a time, so that each can show that nothing went which it did not mean to go. Safety does
 * not rest on it.
 * @throws LakeError `conflict` after a minute, `interrupted`
 */
export function lockMaintenance(storage: Storage, signal?: AbortSignal): Promise<Lock> {
  return storage.lock('maintenance', { timeoutMs, ...(signal && { signal }) });
}

/** @throws LakeError `interrupted` when the signal has fired */
export function refuseStopped(signal: AbortSignal | undefined, what = 'nothing was published'): void {
  if (signal?.aborted === true) throw new LakeError('interrupted', `Interrupted; ${what}.`);
}
