// Deletes what no retained snapshot names and no living writer may still name (format §7). Files are listed before the
// snapshots are read: whatever is committed meanwhile was either listed and is named by then, or is too young.

import { mapConcurrent } from '../../common/concurrency.js';
import { LakeError } from '../../common/errors.js';
import type { Runtime } from '../../common/runtime.js';
import { damaged } from '../../format/metadata.js';
import {
  hintPath,
  isLayerName,
  isTableEntry,
  isTableName,
  lakeFilePath,
  layerOf,
  metadataFolder,
} from '../../format/paths.js';
import type { Storage, StoredFile } from '../../storage/storage.js';
import { expiredBefore, readLine } from './all-snapshots.js';
import { findHead, readLakeFile } from '../snapshot-lookup.js';
import { openHead } from '../view.js';
import { lockMaintenance, refuseStopped } from './maintenance-turn.js';
import type { Proof } from './proof.js';
import { proveFiles, reach, refuseAbsent } from './reachable-files.js';
import { planVacuum, unitOf, type VacuumFile, type VacuumPlan } from './vacuum-plan.js';
import { cleanUpBefore, inFlightMs } from '../writers.js';

export type { VacuumFile, VacuumKind } from './vacuum-plan.js';

/** What is to go. */
interface VacuumOptions {
  /** Files younger than this stay; the lake's own grace period unless said. */
  readonly graceMs?: number;
  /** Also deletes files whose names are none that lake gives. */
  readonly foreign?: boolean;
  /** Plan only. */
  readonly dryRun?: boolean;
  readonly signal?: AbortSignal;
  /** Files that were deleted, of all. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** What went, and what stays though nothing names it. */
export interface VacuumReport {
  /** For a dry run: what would be. */
  readonly deleted: readonly VacuumFile[];
  /** Files that lake did not make, whatever their age; among the deleted ones too where that was asked for. */
  readonly foreign: readonly VacuumFile[];
  /** Files that nothing names and that stay, since a writer may still be about to. */
  readonly youngFiles: number;
  readonly youngBytes: number;
  /** Of `deleted`. */
  readonly bytes: number;
  /** That every file which retained snapshots name is there. */
  readonly proof: Proof;
}

/** Folders in work at a time. */
const parallelLists = 4;

/** Files that are deleted in one call. */
const portion = 1000;

/**
 * Deletes what nothing needs.
 * @throws LakeError `corrupt` before anything is deleted, when a retained snapshot is damaged; `conflict` while another
 *   process expires or vacuums; `interrupted`; `check-failed` should a retained snapshot have lost a file
 */
export async function vacuum(
  storage: Storage,
  runtime: Runtime,
  options: VacuumOptions,
): Promise<VacuumReport> {
  const lock = options.dryRun === true ? undefined : await lockMaintenance(storage, options.signal);
  try {
    return await deleteUseless(storage, runtime, options);
  } finally {
    await lock?.release();
  }
}

async function deleteUseless(
  storage: Storage,
  runtime: Runtime,
  options: VacuumOptions,
): Promise<VacuumReport> {
  const startMs = runtime.now() / 1000;
  const listed = await listOwnFolders(storage);
  const cutOffMs = await cutOff(storage, startMs, options);
  const line = await readLine(storage, { listed, ...(options.signal && { signal: options.signal }) });
  if (line.length === 0 && (await storage.stat(hintPath)) !== undefined && (await findHead(storage)) === 0)
    throw damaged(metadataFolder, 'it holds no snapshot, though there was one');
  const retained = await reach(storage, line);
  await refuseAbsent(storage, retained);
  const layers = new Set(line.flatMap(({ tables }) => Object.keys(tables).map(layerOf)));
  const wanted = { ...retained, expired: expiredBefore(listed), layers };
  const plan = planVacuum(listed, wanted, {
    cutOffMs,
    inFlightCutOffMs: startMs - inFlightMs,
    foreign: options.foreign === true,
  });
  if (options.dryRun !== true) await deleteFiles(storage, plan.deleted, options);
  const after = options.dryRun === true ? retained : await reach(storage, line);
  return report(plan, await proveFiles(storage, retained, after));
}

/**
 * The metadata, the layers of the newest snapshot, and in other folders beside them every table's folder that looks as if
 * lake had written it: of a layer that is gone, or of a run that never committed.
 */
async function listOwnFolders(storage: Storage): Promise<readonly StoredFile[]> {
  const current = new Set(((await openHead(storage))?.tables ?? []).map(layerOf));
  const others = (await storage.names('')).filter((name) => isLayerName(name) && !current.has(name));
  const found = await mapConcurrent(others, parallelLists, (layer) => tableFolders(storage, layer));
  const folders = [...current, ...found.flat(), metadataFolder];
  return (await mapConcurrent(folders, parallelLists, (folder) => storage.list(folder))).flat();
}

async function tableFolders(storage: Storage, layer: string): Promise<readonly string[]> {
  const names = (await storage.names(layer)).filter((table) => isTableName(`${layer}.${table}`));
  const folders = names.map((table) => `${layer}/${table}`);
  const entries = await mapConcurrent(folders, parallelLists, (folder) => storage.names(folder));
  return folders.filter((_, i) => entries[i]!.some(isTableEntry));
}

async function cutOff(storage: Storage, startMs: number, { graceMs }: VacuumOptions): Promise<number> {
  const lake = await readLakeFile(storage);
  if (lake === undefined)
    throw new LakeError('not-found', `There is no lake in ${storage.location}: ${lakeFilePath} is missing.`);
  if (graceMs !== undefined && !(graceMs >= 0))
    throw new LakeError('invalid-input', `A grace period cannot be ${graceMs} ms: expected 0 or more.`);
  return cleanUpBefore(storage, startMs, graceMs ?? lake.vacuumGraceMs);
}

async function deleteFiles(
  storage: Storage,
  files: readonly VacuumFile[],
  { signal, onProgress }: VacuumOptions,
): Promise<void> {
  const units = [...new Set(files.map(({ path }) => unitOf(path)))];
  for (let at = 0; at < units.length; at += portion) {
    refuseStopped(signal, `${at} files were deleted; run it again for the others`);
    onProgress?.(at, units.length);
    await storage.delete(units.slice(at, at + portion));
  }
}

function report({ deleted, foreign, young }: VacuumPlan, proof: Proof): VacuumReport {
  const bytesOf = (files: readonly VacuumFile[]): number =>
    files.reduce((total, { bytes }) => total + bytes, 0);
  return {
    deleted,
    foreign,
    youngFiles: young.length,
    youngBytes: bytesOf(young),
    bytes: bytesOf(deleted),
    proof,
  };
}
