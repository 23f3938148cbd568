// Where a lake lies: a folder of this machine, or a prefix in an object store. What an object store needs is loaded only for
// one.

import { join, resolve } from 'node:path';
import { LakeError } from '../common/errors.js';
import type { Runtime } from '../common/runtime.js';
import { localStorage } from '../storage/local.js';
import { isObjectLocation, parseObjectLocation, readersLocation } from '../storage/object/location.js';
import type { Storage } from '../storage/storage.js';
import type { StoreAccess, StoreVariables } from './store-access.js';

/** What a storage is opened with; everything unless said is found in the environment of the process. */
interface OpenStorageOptions {
  readonly access?: StoreAccess;
  readonly env?: StoreVariables;
  /** `false`: a cache is left aside, for who wants what lies in the store itself. */
  readonly caches?: false;
}

/**
 * The storage of a location. Nothing is read or sent yet.
 * @throws LakeError `invalid-input` for a location or an address that is none
 */
export async function openStorage(
  location: string,
  runtime: Runtime,
  { access = {}, env = process.env, caches }: OpenStorageOptions = {},
): Promise<Storage> {
  if (isObjectLocation(location)) {
    const { openObjectStorage } = await import('../storage/object/open.js');
    const opened = await openObjectStorage(location, runtime, { ...access, env });
    if (caches === false) return opened.storage;
    return (await import('./store-cache.js')).withCache(opened, runtime, { access, env });
  }
  const [flag] = Object.keys(access);
  if (flag === undefined) return localStorage(location, runtime);
  const message = `--${flag} is for lakes in object stores; ${location} is a folder. Leave it out, or name a lake like s3://bucket/prefix.`;
  throw new LakeError('invalid-input', message);
}

/** The location in full: a folder from the root of the disk, a store's as it is. */
function fullLocation(location: string): string {
  return isObjectLocation(location) ? location.replace(/\/+$/, '') : resolve(location);
}

/** Where readers of Iceberg find the lake. */
export function locationForReaders(location: string): string {
  return isObjectLocation(location) ? readersLocation(parseObjectLocation(location)) : resolve(location);
}

/** Where a file of the lake is, in full. */
export function fullPath(location: string, path: string): string {
  const full = fullLocation(location);
  return isObjectLocation(location) ? `${full}/${path}` : join(full, path);
}
