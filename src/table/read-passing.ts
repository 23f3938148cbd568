// Reading what must be as it was named: what is not is read once more, since a network, a store or a cache errs now and then.

import { isLakeError } from '../common/errors.js';
import { readPastCache, type Storage } from '../storage/storage.js';
import { readIfThere } from './snapshot-lookup.js';

/**
 * The bytes of a file that pass the check, or undefined where there is none.
 * @throws what `check` throws for bytes that were read again, past any cache
 */
export async function readPassing(
  storage: Storage,
  path: string,
  check: (bytes: Uint8Array) => Promise<void>,
): Promise<Uint8Array | undefined> {
  const first = await readIfThere(storage, path);
  if (first === undefined) return undefined;
  try {
    await check(first);
    return first;
  } catch (error) {
    if (!isLakeError(error, 'corrupt')) throw error;
  }
  const again = await readPastCache(storage, path);
  await check(again);
  return again;
}
