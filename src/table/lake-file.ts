// Opening a lake for writing: the storage must keep its promises, and lake.json is written by exactly one writer.

import { LakeError } from '../common/errors.js';
import { isoMicros, uuid, type Runtime } from '../common/runtime.js';
import { defaultVacuumGraceMs, encodeLakeFile, type LakeFile } from '../format/lake-file.js';
import { damaged } from '../format/metadata.js';
import { lakeFilePath, metadataFolder } from '../format/paths.js';
import type { Storage } from '../storage/storage.js';
import { heal } from './maintenance/clear-leftovers.js';
import { findHead, readLakeFile } from './snapshot-lookup.js';

/**
 * Probes the storage, makes `lake.json` where there is no lake yet, and heals what dead writers left (see `heal`).
 * @throws LakeError `unsupported-storage` with the reason; `corrupt` when snapshots are there without `lake.json`
 */
export async function openForWriting(
  storage: Storage,
  runtime: Runtime,
  options: { readonly vacuumGraceMs?: number } = {},
): Promise<LakeFile> {
  const reason = await storage.probe();
  if (reason !== null) {
    throw new LakeError(
      'unsupported-storage',
      `${storage.location} cannot hold a lake: ${reason}. Use ${storage.publishesInPlace === true ? 'another store, or ' : ''}a local disk.`,
    );
  }
  if (storage.publishesInPlace === true) await refuseForeignPrefix(storage);
  const lake = await ensureLakeFile(storage, runtime, options.vacuumGraceMs);
  await heal(storage, runtime, lake);
  return lake;
}

/**
 * For what only deletes: nothing has to be written, so that it also works on a full disk. Heals what can be.
 * @throws LakeError `not-found` where there is no lake
 */
export async function openForDeleting(storage: Storage, runtime: Runtime): Promise<LakeFile> {
  const lake = await readLakeFile(storage);
  if (lake === undefined)
    throw new LakeError('not-found', `There is no lake in ${storage.location}: ${lakeFilePath} is missing.`);
  await heal(storage, runtime, lake);
  return lake;
}

/** `lake.json`, made when there is none. */
export async function ensureLakeFile(
  storage: Storage,
  runtime: Runtime,
  vacuumGraceMs = defaultVacuumGraceMs,
): Promise<LakeFile> {
  const found = await readLakeFile(storage);
  if (found !== undefined) return found;
  if ((await findHead(storage)) > 0) return madeMeanwhile(storage);
  const made = { lakeId: uuid(runtime), createdAt: isoMicros(runtime.now()), vacuumGraceMs };
  const answer = await storage.create({ path: lakeFilePath, bytes: await encodeLakeFile(made) });
  return answer === 'created' ? made : ensureLakeFile(storage, runtime, vacuumGraceMs);
}

const shownForeign = 3;

/** A prefix is easily mistyped, and a store has no empty folders that would tell. @throws LakeError `invalid-input` */
async function refuseForeignPrefix(storage: Storage): Promise<void> {
  if ((await readLakeFile(storage)) !== undefined) return;
  const names = (await storage.names('')).filter((name) => name !== metadataFolder);
  if (names.length === 0) return;
  const shown = names.slice(0, shownForeign).join(', ');
  const more = names.length > shownForeign ? ` and ${names.length - shownForeign} more` : '';
  throw new LakeError(
    'invalid-input',
    `${storage.location} holds something that is no lake (${shown}${more}). Name a prefix that is empty, or a lake.`,
    { details: { lake: storage.location } },
  );
}

/** Another writer may have made the lake and its first snapshot between the two looks. */
async function madeMeanwhile(storage: Storage): Promise<LakeFile> {
  const found = await readLakeFile(storage);
  if (found === undefined) throw damaged(lakeFilePath, 'it is missing beside snapshots');
  return found;
}
