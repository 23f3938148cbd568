// Runs take turns, announce themselves to clean-ups, and are computed again when another writer was faster. None of it
// is needed for a correct lake: the commit alone decides (format §4).

import { isLakeError } from '../../common/errors.js';
import { uuid } from '../../common/runtime.js';
import type { Lock } from '../../storage/storage.js';
import { openHead, type LakeView } from '../../table/view.js';
import { announceWriter } from '../../table/writers.js';
import type { Attempt, RunBasis } from './run-basis.js';
import { refuseOtherPipeline } from '../define/recorded/recorded-pipeline.js';
import { defaultPortions, RunPortions } from '../stage/portions.js';
import { StagedTables } from '../stage/staged-tables.js';

/** How long a run waits for another one before it goes on beside it. */
const TURN_TIMEOUT_MS = 10 * 60_000;

/** Attempts on new heads before a run gives up. */
const MAX_ATTEMPTS = 10;

/**
 * Computes on the head until what was computed is published. A dry run waits for nobody.
 * @throws LakeError `invalid-input` for a lake of another pipeline
 */
export async function inTurn<T>(
  options: RunBasis,
  compute: (head: LakeView | null) => Promise<T>,
): Promise<T> {
  if (options.dryRun) return compute(await ownHead(options));
  const lock = await takeTurn(options);
  try {
    return await untilPublished(options, compute);
  } finally {
    await lock?.release();
  }
}

async function takeTurn({ storage, runtime, signal }: RunBasis): Promise<Lock | undefined> {
  try {
    return await storage.lock('ingest', { timeoutMs: TURN_TIMEOUT_MS, ...(signal && { signal }) });
  } catch (error) {
    if (!isLakeError(error, 'conflict')) throw error;
    runtime.log('warn', 'Another run has held this lake for 10 minutes; going on beside it.');
    return undefined;
  }
}

async function untilPublished<T>(
  options: RunBasis,
  compute: (head: LakeView | null) => Promise<T>,
): Promise<T> {
  const { runtime } = options;
  for (let count = 1; ; count++) {
    try {
      return await compute(await ownHead(options));
    } catch (error) {
      if (!isLakeError(error, 'conflict') || count === MAX_ATTEMPTS) throw error;
      runtime.log('info', `${error.message} Computing again on the new head.`);
    }
  }
}

/** The head, of a lake that this pipeline may change. */
async function ownHead({ storage, pipeline }: RunBasis): Promise<LakeView | null> {
  const head = await openHead(storage);
  await refuseOtherPipeline(head, pipeline);
  return head;
}

/** One computation on one head. What it wrote goes again if it is not published. */
export async function attempt<T>(
  { storage, runtime, pipeline, resources, dryRun, portions: limits = defaultPortions }: RunBasis,
  { base, rebuild = false }: { readonly base: LakeView | null; readonly rebuild?: boolean },
  compute: (state: Attempt) => Promise<T>,
): Promise<T> {
  const startedAt = runtime.now();
  const commitId = uuid(runtime);
  const writer = dryRun ? undefined : await announceWriter(storage, runtime);
  try {
    const claims = writer === undefined ? [] : [writer];
    const staging = { storage, base, pipeline, commitId, dryRun, rebuild, claims };
    const tables = await StagedTables.open(staging);
    const writesBronze = !dryRun && !rebuild;
    const portions = new RunPortions({ tables, pool: resources.pool, limits, writesBronze });
    try {
      return await compute({ base, tables, portions, commitId, startedAt }).finally(() => portions.close());
    } catch (error) {
      if (!isLakeError(error, 'commit-unknown')) await tables.discard();
      throw error;
    }
  } finally {
    await writer?.release();
  }
}
