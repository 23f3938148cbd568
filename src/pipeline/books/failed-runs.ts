// What is kept of runs that were refused: their checks with samples, in a file each, the newest of them.
// Nothing but `lake checks --failed-run` reads these files; a snapshot never depends on one.

import { isLakeError, LakeError } from '../../common/errors.js';
import { isoMicros } from '../../common/runtime.js';
import { parseJson } from '../../format/metadata.js';
import { failedRunPath, failedRunsFolder, isFailedRunName } from '../../format/paths.js';
import { parseRefusedRun, type RefusedRun } from '../../format/summary.js';
import type { Storage } from '../../storage/storage.js';
import type { CheckResult } from '../checks/check-results.js';
import type { RunBasis, Attempt } from '../run/run-basis.js';
import { batchSummaries } from '../run/summary.js';
import type { ReadBatch } from '../read/read-batch.js';

/** Files that are kept. */
const KEPT = 20;

/** Keeps the evidence; returns its path, or undefined where it cannot be written: the run has failed as it is. */
export async function keepFailedRun(
  { storage, runtime }: Pick<RunBasis, 'storage' | 'runtime'>,
  { base, commitId, startedAt }: Pick<Attempt, 'base' | 'commitId' | 'startedAt'>,
  run: {
    readonly operation: string;
    readonly read: readonly ReadBatch[];
    readonly checks: readonly CheckResult[];
  },
): Promise<string | undefined> {
  const failedAt = isoMicros(runtime.now());
  const evidence: RefusedRun = {
    formatVersion: 1,
    operation: run.operation,
    commitId,
    failedAt,
    checks: run.checks,
    parent: base?.snapshot.snapshotId ?? null,
    startedAt: isoMicros(startedAt),
    batches: batchSummaries(run.read),
  };
  const path = failedRunPath(failedAt, commitId);
  try {
    await storage.write([
      { path, bytes: new TextEncoder().encode(`${JSON.stringify(evidence, null, 2)}\n`) },
    ]);
    await deleteOldest(storage);
    return path;
  } catch (error) {
    if (!isLakeError(error)) throw error;
    runtime.log('warn', `The evidence of the failed run could not be kept: ${error.message}`);
    return undefined;
  }
}

async function failedRunPaths(storage: Storage): Promise<readonly string[]> {
  const names = (await storage.names(failedRunsFolder)).filter(isFailedRunName);
  return names.map((name) => `${failedRunsFolder}/${name}`);
}

async function deleteOldest(storage: Storage): Promise<void> {
  const paths = await failedRunPaths(storage);
  if (paths.length > KEPT) await storage.delete(paths.slice(0, -KEPT));
}

/**
 * The newest evidence, or undefined where no run was refused.
 * @throws LakeError `corrupt` for a file that cannot be read as such
 */
export async function newestFailedRun(storage: Storage): Promise<RefusedRun | undefined> {
  const path = (await failedRunPaths(storage)).at(-1);
  if (path === undefined) return undefined;
  const bytes = await storage.read(path);
  try {
    return parseRefusedRun(parseJson(bytes, path), path);
  } catch (cause) {
    const message = `${path}: expected the evidence of a failed run. Delete the file; no table needs it.`;
    throw new LakeError('corrupt', message, { details: { path }, cause });
  }
}
