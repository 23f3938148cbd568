// The cache of lakes in object stores: where it lies and how much it may hold, as flags, variables or the user's own settings
// say. A settings file that was found beside a lake says nothing about it: it could name any folder of this machine.

import { resolve } from 'node:path';
import { byteSizeForm, bytesOfSize } from '../common/byte-size.js';
import { LakeError } from '../common/errors.js';
import type { Runtime } from '../common/runtime.js';
import type { OpenedStore } from '../storage/object/open.js';
import type { Storage } from '../storage/storage.js';
import type { StoreAccess, StoreVariables } from './store-access.js';
import { userSettings } from './settings/find-settings.js';

/** Unless a size is said. */
const defaultSize = '10GB';

/**
 * The storage of a store behind the cache that was asked for; the storage itself where none was.
 * @throws LakeError `invalid-input` for a size that is none, or without a folder
 */
export async function withCache(
  { storage, place }: OpenedStore,
  runtime: Runtime,
  { access, env }: { readonly access: StoreAccess; readonly env: StoreVariables },
): Promise<Storage> {
  if (access.cache === '') throw new LakeError('invalid-input', '--cache: "" is not a folder.');
  const own = (await userSettings(env)).cache;
  const folder = access.cache ?? (env['LAKE_CACHE'] || own.folder);
  if (folder === undefined) {
    if (access['cache-size'] === undefined) return storage;
    throw new LakeError(
      'invalid-input',
      '--cache-size needs a cache: name its folder with --cache or LAKE_CACHE.',
    );
  }
  const limitBytes =
    sizeIn('--cache-size', access['cache-size']) ??
    sizeIn('LAKE_CACHE_SIZE', env['LAKE_CACHE_SIZE'] || undefined) ??
    sizeIn('cache.size', own.size ?? defaultSize)!;
  const [{ FileCache }, { cachedStorage }] = await Promise.all([
    import('../storage/cache/file-cache.js'),
    import('../storage/cache/cached-storage.js'),
  ]);
  return cachedStorage(storage, new FileCache({ folder: resolve(folder), limitBytes }, runtime), place);
}

function sizeIn(name: string, given: string | undefined): number | undefined {
  if (given === undefined) return undefined;
  const sizeBytes = bytesOfSize(given);
  if (sizeBytes !== undefined) return sizeBytes;
  throw new LakeError('invalid-input', `${name}: "${given}" is not ${byteSizeForm}.`, { details: { given } });
}
