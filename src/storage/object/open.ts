// A lake's storage in an object store, from what a user says of it. What one kind of store needs is loaded for that kind only.

import { LakeError } from '../../common/errors.js';
import type { Runtime } from '../../common/runtime.js';
import type { Storage } from '../storage.js';
import { isLoopback, parseEndpoint } from './endpoint.js';
import { parseObjectLocation, type ObjectLocation, type StoreScheme } from './location.js';
import { objectStorage } from './object-storage.js';
import type { ObjectStore } from './object-store.js';
import type { Variables } from './variables.js';

/** What is said of a store; the rest is found in the environment. */
interface OpenStoreOptions {
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

/** What is said of one store, ready to be opened. */
interface Opening extends Pick<OpenStoreOptions, 'region' | 'env'> {
  readonly location: ObjectLocation;
  readonly endpoint: URL | undefined;
  readonly runtime: Runtime;
}

/** Variables that name a store's address, the first that is set. */
const endpointVariables: Readonly<Record<StoreScheme, readonly string[]>> = {
  s3: ['AWS_ENDPOINT_URL_S3', 'AWS_ENDPOINT_URL'],
  gs: ['STORAGE_EMULATOR_HOST'],
  az: ['AZURE_STORAGE_BLOB_ENDPOINT'],
};

/**
 * The storage of a lake in a store.
 * @throws LakeError `invalid-input` for a location, an address or credentials that are none
 */
export async function openObjectStorage(
  given: string,
  runtime: Runtime,
  options: OpenStoreOptions,
): Promise<OpenedStore> {
  const { store, place } = await openObjectStore(given, runtime, options);
  return { storage: objectStorage(store, runtime), place };
}

/** The store alone, seen from the lake's prefix; see `openObjectStorage`. */
export async function openObjectStore(
  given: string,
  runtime: Runtime,
  { endpoint, region, env }: OpenStoreOptions,
): Promise<{ readonly store: ObjectStore; readonly place: string }> {
  const location = parseObjectLocation(given);
  const { scheme } = location;
  if (region !== undefined && scheme !== 's3')
    throw new LakeError('invalid-input', `--region is for s3://; ${given} needs none. Leave it out.`);
  const address = endpoint ?? endpointVariables[scheme].map((name) => env[name]).find((value) => value);
  const store = await stores[scheme]({
    location,
    endpoint: address === undefined ? undefined : endpointUrl(address, env),
    ...(region !== undefined && { region }),
    env,
    runtime,
  });
  return { store, place: [address ?? '', store.location].join('\n') };
}

/** Google's emulator is commonly named without a scheme. */
function endpointUrl(address: string, env: Variables): URL {
  const isBare = address === env['STORAGE_EMULATOR_HOST'] && !address.includes('://');
  return parseEndpoint(isBare ? `http://${address}` : address, env['LAKE_ALLOW_HTTP'] === '1');
}

const stores: Readonly<Record<StoreScheme, (opening: Opening) => Promise<ObjectStore>>> = {
  s3: async ({ location, endpoint, region, env, runtime }) => {
    const { s3Store } = await import('./s3/store.js');
    const { credentialsFrom, regionFrom } = await import('./s3/credentials.js');
    return s3Store(runtime, {
      location,
      region: await regionFrom(region, env),
      ...(endpoint !== undefined && { endpoint }),
      credentials: credentialsFrom(env),
    });
  },
  gs: async ({ location, endpoint, env, runtime }) => {
    const { googleStore } = await import('./google/store.js');
    const { googleTokens } = await import('./google/credentials.js');
    // An emulator on this machine knows nobody, and gets nobody's token unless it was said whose.
    const isEmulator =
      endpoint !== undefined && isLoopback(endpoint) && !env['GOOGLE_APPLICATION_CREDENTIALS'];
    return googleStore(runtime, {
      location,
      ...(endpoint !== undefined && { endpoint }),
      ...(!isEmulator && { tokens: googleTokens(env, runtime) }),
    });
  },
  az: async ({ location, endpoint, env, runtime }) => {
    const { azureStore } = await import('./azure/store.js');
    const { azureAccess } = await import('./azure/credentials.js');
    const access = azureAccess(location.account ?? '', env, runtime);
    const said = access.endpoint === undefined ? undefined : endpointUrl(access.endpoint, env);
    const url = endpoint ?? said;
    return azureStore(runtime, {
      location,
      ...(url !== undefined && { endpoint: url }),
      credentials: access.credentials,
    });
  },
};
