// Which pipeline made the tables of a snapshot: every run records the name of its pipeline.

import { isLakeError, LakeError } from '../../../common/errors.js';
import type { Snapshot } from '../../../format/snapshot.js';
import { runFacts } from '../../../format/summary.js';
import { readSnapshot } from '../../../table/snapshot-lookup.js';
import type { LakeView } from '../../../table/view.js';
import type { Pipeline } from '../pipeline.js';

/** Operations whose snapshots are made by a pipeline. Others keep the tables of a snapshot before. */
const RUNS: readonly string[] = ['ingest', 'backfill', 'replay', 'repair'];

/**
 * Whether the snapshot's tables were made by this pipeline. Where nothing tells (earlier versions recorded no name, and
 * runs expire), the tables of its sources must be there.
 */
export async function isMadeBy(pipeline: Pipeline, view: LakeView): Promise<boolean> {
  const recorded = await recordedPipeline(view);
  if (recorded !== undefined) return recorded === pipeline.name;
  return pipeline.sources.every(({ table }) => view.tables.includes(table.name));
}

/** @throws LakeError `invalid-input` for a lake of another pipeline: runs of two would take each other's tables for their own */
export async function refuseOtherPipeline(base: LakeView | null, pipeline: Pipeline): Promise<void> {
  if (base === null || (await isMadeBy(pipeline, base))) return;
  const made = await recordedPipeline(base);
  const owner = made === undefined ? 'another pipeline' : `the pipeline "${made}"`;
  throw new LakeError(
    'invalid-input',
    `The lake is of ${owner}, and this is "${pipeline.name}"; expected the pipeline that made it. Nothing was changed. Use that pipeline, or another folder for this one (--lake).`,
    { details: { expected: made ?? null, actual: pipeline.name } },
  );
}

/** The name that the snapshot, or the nearest run before it, recorded; undefined where none is left that did. */
export async function recordedPipeline({ storage, snapshot }: LakeView): Promise<string | undefined> {
  let at: Snapshot | undefined = snapshot;
  while (at !== undefined) {
    const { pipeline } = runFacts(at);
    if (pipeline !== undefined) return pipeline;
    if (at.parentId === null || RUNS.includes(at.operation)) return undefined;
    at = await readSnapshot(storage, at.parentId).catch(noneIfExpired);
  }
  return undefined;
}

function noneIfExpired(error: unknown): undefined {
  if (!isLakeError(error, 'not-found')) throw error;
}
