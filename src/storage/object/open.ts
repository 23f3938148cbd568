// A lake's storage in an object store, from what a user says of it.

import type { Runtime } from '../../common/runtime.js';
import type { Storage } from '../storage.js';
import { credentialsFrom, regionFrom, type Variables } from './credentials.js';
import { parseObjectLocation } from './location.js';
import { objectStorage } from './object-storage.js';
import { parseEndpoint } from './s3-address.js';
import { s3Store } from './s3.js';

/** What is said of a store; the rest is found in the environment. */
export interface OpenStoreOptions {
  readonly endpoint?: string;
  readonly region?: string;
  readonly env: Variables;
}

/** A store that was opened. */
export interface OpenedStore {
  readonly storage: Storage;
  /** Where it is in the world: no two stores have the same, whatever their buckets are called. */
  readonly place: string;
}

/** @throws LakeError `invalid-input` for a location or an address that is none */
export async function openObjectStorage(
  location: string,
  runtime: Runtime,
  { endpoint, region, env }: OpenStoreOptions,
): Promise<OpenedStore> {
  const address = endpoint ?? (env['AWS_ENDPOINT_URL_S3'] || env['AWS_ENDPOINT_URL'] || undefined);
  const store = s3Store(runtime, {
    location: parseObjectLocation(location),
    region: await regionFrom(region, env),
    ...(address !== undefined && { endpoint: parseEndpoint(address, env['LAKE_ALLOW_HTTP'] === '1') }),
    credentials: credentialsFrom(env),
  });
  return { storage: objectStorage(store, runtime), place: [address ?? '', store.location].join('\n') };
}
