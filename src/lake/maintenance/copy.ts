// A lake at another place: from a disk into a store, back, or beside itself.

import { LakeError } from '../../common/errors.js';
import type { Runtime } from '../../common/runtime.js';
import { copyLake as copyBetween, type CopyReport } from '../../table/copy.js';
import { resolveReference } from '../../table/snapshot-lookup.js';
import { isObjectLocation, schemeOf } from '../../storage/object/location.js';
import { openStorage } from '../open-storage.js';
import type { StoreAccess, StoreVariables } from '../store-access.js';
import type { OperationOptions } from '../operation-options.js';

export type { CopyReport } from '../../table/copy.js';

/** From where, to where, and what. */
export interface CopyOptions extends OperationOptions {
  readonly from: string;
  readonly to: string;
  /** Only this snapshot, as a person says it; all that are retained unless given. */
  readonly snapshot?: string;
  /** Of the stores among the two. */
  readonly access: StoreAccess;
  readonly env: StoreVariables;
}

/** @throws LakeError as the table layer's `copyLake`; `invalid-input` for one address of stores of two kinds */
export async function copyLake(
  runtime: Runtime,
  { from, to, snapshot, access, env, signal, onProgress }: CopyOptions,
): Promise<CopyReport> {
  refuseSharedEndpoint(from, to, access);
  const [source, target] = await Promise.all(
    [from, to].map((location) =>
      openStorage(location, runtime, {
        env,
        access: isObjectLocation(location) ? access : {},
        caches: false,
      }),
    ),
  );
  const number = snapshot === undefined ? undefined : await resolveReference(source!, snapshot);
  return copyBetween(source!, target!, {
    ...(number !== undefined && { snapshot: number }),
    ...(signal && { signal }),
    onProgress: (done, total) => onProgress?.({ stage: 'copying', done, total, unit: 'files' }),
  });
}

/** An address is of one kind of store. */
function refuseSharedEndpoint(from: string, to: string, { endpoint }: StoreAccess): void {
  const kinds = new Set([from, to].filter(isObjectLocation).map(schemeOf));
  if (endpoint === undefined || kinds.size < 2) return;
  throw new LakeError(
    'invalid-input',
    '--endpoint: FROM and TO are stores of two kinds. Say their addresses with AWS_ENDPOINT_URL, STORAGE_EMULATOR_HOST or AZURE_STORAGE_BLOB_ENDPOINT.',
    { details: { from, to } },
  );
}
