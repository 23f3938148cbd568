// A lake at another place: from a disk into a store, back, or beside itself.

import type { Runtime } from '../../common/runtime.js';
import { copyLake as copyBetween, type CopyReport } from '../../table/copy.js';
import { resolveReference } from '../../table/snapshot-lookup.js';
import { isObjectLocation } from '../../storage/object/location.js';
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

/** @throws LakeError as the table layer's `copyLake` */
export async function copyLake(
  runtime: Runtime,
  { from, to, snapshot, access, env, signal, onProgress }: CopyOptions,
): Promise<CopyReport> {
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
