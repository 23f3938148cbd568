// What is said to someone who asks for a lake where there is none: which folder it is, and which was probably meant.

import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { isLakeError, LakeError } from '../common/errors.js';
import { nearMiss } from '../common/near-miss.js';
import { lakeFilePath } from '../format/paths.js';
import { isObjectLocation } from '../storage/object/location.js';
import { findHead } from '../table/snapshot-lookup.js';
import type { Parts } from './lake-context.js';

/**
 * Does the work; where something was not found because the lake has no snapshot at all, says that instead.
 * @throws LakeError `not-found` with the folder in it
 */
export async function namingTheLake<Result>(parts: Parts, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!isLakeError(error, 'not-found') || (await findHead(parts.storage)) > 0) throw error;
    throw await noLakeAt(parts.location, error);
  }
}

async function noLakeAt(location: string, cause: LakeError): Promise<LakeError> {
  const isThere = isObjectLocation(location) || (await stat(location).catch(() => undefined)) !== undefined;
  const what = isThere ? 'holds no lake yet' : 'is not a lake: there is no such folder';
  const meant = await lakeMeant(location);
  const hint =
    meant === undefined
      ? 'Make its first snapshot with "lake ingest", or name another lake with --lake'
      : `Did you mean --lake ${meant}?`;
  return new LakeError('not-found', `${location} ${what}. ${hint}${hint.endsWith('?') ? '' : '.'}`, {
    details: { lake: location },
    cause,
  });
}

/** The lake in the same folder whose name is so near that it was probably meant. */
export async function lakeMeant(location: string): Promise<string | undefined> {
  if (isObjectLocation(location)) return undefined;
  const name = nearMiss(basename(resolve(location)), await lakesBeside(location));
  return name === undefined ? undefined : join(dirname(location), name);
}

/** Names of the lakes in the same folder. */
async function lakesBeside(location: string): Promise<readonly string[]> {
  const folder = dirname(resolve(location));
  const names = (await readdir(folder).catch(() => [])).filter(
    (name) => name !== basename(resolve(location)),
  );
  const isLake = await Promise.all(
    names.map(
      async (name) => (await stat(join(folder, name, lakeFilePath)).catch(() => undefined)) !== undefined,
    ),
  );
  return names.filter((_, at) => isLake[at]);
}
