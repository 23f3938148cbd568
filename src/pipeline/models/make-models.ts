// The second half of every run: models and their checks on the tables being made, then one snapshot of everything.

import { interruptible } from '../../engine/interruptible.js';
import type { CheckResult } from '../checks/check-results.js';
import type { LogChange } from '../stage/log-changes.js';
import { ModelRunner } from './model-runner.js';
import { defaultPolicy } from '../define/spec/check-policy.js';
import type { ReadBatch } from '../read/read-batch.js';
import type { Attempt, RunBasis, RunOutcome } from '../run/run-basis.js';
import type { TableDelta } from './spread.js';
import { seriesChecks } from '../checks/series-checks.js';
import { runChecks } from '../checks/sql-checks.js';
import { runSummary, type RunSummary } from '../run/summary.js';

/** What the models are run for. */
interface ModelChanges {
  readonly changes: readonly LogChange[];
  readonly deltas: Map<string, TableDelta>;
  /** Makes every model whole, whatever changed. */
  readonly everything?: boolean;
  /** Compares the days that changed with those before. */
  readonly judgesDays?: boolean;
  readonly onLogsRead: () => void;
}

/**
 * Runs the models that the changes reach, and the checks of what was made. Starts no engine when there are none.
 * What waits for `onLogsRead` leaves the worker threads to them until then.
 */
export async function makeModels(
  options: RunBasis,
  { tables }: Attempt,
  { changes, deltas, everything = false, judgesDays = false, onLogsRead }: ModelChanges,
): Promise<readonly CheckResult[]> {
  const { pipeline, resources, onStage } = options;
  if (!everything && deltas.size === 0 && tables.modelsCurrent()) return [];
  const engine = interruptible(await resources.engine(), options.signal);
  const runner = new ModelRunner({
    engine,
    pipeline,
    tables,
    changes,
    deltas,
    everything,
    pool: resources.pool,
    onLogsRead,
    onModel: (done, total) => onStage?.('modelling', done, total),
  });
  const made = await runner.run();
  onStage?.('checking', 0, 1);
  const changed = new Set([...made, ...deltas.keys()]);
  const { policy = defaultPolicy } = options;
  const ofTables = await runChecks(engine, runner, pipeline, { made: changed, policy });
  if (!judgesDays) return ofTables;
  return [...ofTables, ...(await seriesChecks(pipeline, { engine, runner, tables, policy, deltas }))];
}

/** Waits for both, so that nothing writes on after a failure; the first failure counts. */
export async function settleBoth<A, B>(first: Promise<A>, second: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([first, second]);
  return Promise.all([first, second]);
}

/** What a run has come to. */
interface Finished {
  readonly operation: 'ingest' | 'backfill' | 'replay' | 'repair';
  readonly read: readonly ReadBatch[];
  readonly checks: readonly CheckResult[];
  /** Files that lie intact again. */
  readonly healed?: readonly string[];
}

/** Publishes what the run staged as one snapshot. */
export async function publishRun(
  options: RunBasis,
  state: Attempt,
  { operation, read, checks, healed = [] }: Finished,
): Promise<RunOutcome> {
  options.signal?.throwIfAborted();
  options.onStage?.('publishing', 0, 1);
  const { tables, startedAt } = state;
  const summary: RunSummary = runSummary({
    read,
    written: tables.written(),
    checks,
    pipeline: options.pipeline,
    engine: options.resources.engineName(),
    startedAt,
    now: options.runtime.now(),
  });
  const snapshot = await tables.publish({
    runtime: options.runtime,
    startedAt,
    operation,
    summary: healed.length === 0 ? summary : { ...summary, healed },
    ...(options.signal && { signal: options.signal }),
  });
  return {
    ...outcomeOf(options, state, read, checks),
    snapshot: snapshot.snapshotId,
    tables: snapshot.tables,
  };
}

/** What a run comes to before it is published: no snapshot yet, and no tables of one. */
export function outcomeOf(
  options: RunBasis,
  { base, tables }: Attempt,
  read: readonly ReadBatch[],
  checks: readonly CheckResult[],
): RunOutcome {
  const parent = base?.snapshot.snapshotId ?? null;
  const written = tables.written();
  return {
    snapshot: null,
    parent,
    read,
    written,
    tables: {},
    checks,
    engine: options.resources.engineName(),
  };
}
