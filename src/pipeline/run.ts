// One run: read what is new, fold it in, make what depends on it again, check, publish everything as one snapshot.
// A run is a pure function of the head, the files and the settings; a lost race simply runs it again (pipeline §8).

import { isLakeError, LakeError } from '../common/errors.js';
import { uuid, type Runtime } from '../common/runtime.js';
import type { WorkerPool } from '../common/worker-pool.js';
import type { Engine } from '../engine/engine.js';
import type { ContractSettings } from '../records/contract.js';
import { estimateBytes } from '../records/log.js';
import type { Lock, Storage } from '../storage/storage.js';
import { openHead, type LakeView } from '../table/view.js';
import { carryOver, refuseFailures, runChecks, type CheckResult } from './checks.js';
import { refuseOtherContract } from './contract-guard.js';
import type { Pipeline } from './definition.js';
import { Ledger } from './ledger.js';
import { ModelRunner } from './model-runner.js';
import {
  foldLogs,
  stageExtracts,
  stageRecords,
  writeBronze,
  writeFold,
  type FoldedSources,
} from './parsed-tables.js';
import { planOf, type RunPlan } from './plan.js';
import { readBatches, type ReadBatch } from './read-batches.js';
import { recordChecks } from './record-checks.js';
import { findSourceFiles } from './source-files.js';
import type { TableDelta } from './spread.js';
import { StagedTables } from './staged-tables.js';
import { runSummary, type RunSummary, type TableWritten } from './summary.js';
import type { Snapshot } from '../format/snapshot.js';

/** What a run may use; each is started when it is first asked for. */
export interface Resources {
  readonly pool: () => WorkerPool;
  readonly engine: () => Engine;
  /** Told before the others are asked for: how many bytes there are to read. */
  readonly expect: (inputBytes: number) => void;
  /** Whether `engine` was asked for. */
  readonly engineStarted: () => boolean;
  /** Of the machine; a run that cannot fit is refused before it starts. */
  readonly memoryBytes: number;
}

export type RunStage = 'reading' | 'folding' | 'writing' | 'modelling' | 'checking' | 'publishing';

export interface RunOptions {
  readonly storage: Storage;
  readonly runtime: Runtime;
  readonly resources: Resources;
  readonly pipeline: Pipeline;
  readonly settings: ContractSettings;
  readonly paths: readonly string[];
  /** Days since the epoch. */
  readonly ingestDate: number;
  readonly dryRun: boolean;
  readonly signal?: AbortSignal;
  readonly onStage?: (stage: RunStage, done: number, total: number) => void;
}

export interface RunOutcome {
  /** Null for a dry run. */
  readonly snapshot: number | null;
  readonly parent: number | null;
  readonly read: readonly ReadBatch[];
  /** What the run wrote, by table. */
  readonly written: Readonly<Record<string, TableWritten>>;
  /** Every table of the new snapshot; none for a dry run. */
  readonly tables: Snapshot['tables'];
  readonly checks: readonly CheckResult[];
  readonly engine: string | null;
  readonly plan?: RunPlan;
}

/** How long a run waits for another one before it goes on beside it. */
const TURN_TIMEOUT_MS = 10 * 60_000;

/** Runs and publishes. Ingests of one lake take turns; correctness does not depend on it. */
export async function runIngest(options: RunOptions): Promise<RunOutcome> {
  if (options.dryRun) return attempt(options, uuid(options.runtime));
  const lock = await takeTurn(options);
  try {
    return await untilPublished(options);
  } finally {
    await lock?.release();
  }
}

async function takeTurn({ storage, runtime, signal }: RunOptions): Promise<Lock | undefined> {
  try {
    return await storage.lock('ingest', { timeoutMs: TURN_TIMEOUT_MS, ...(signal && { signal }) });
  } catch (error) {
    if (!isLakeError(error, 'conflict')) throw error;
    runtime.log('warn', 'Another ingest has held this lake for 10 minutes; going on beside it.');
    return undefined;
  }
}

/** Attempts on new heads before a run gives up. */
const MAX_ATTEMPTS = 10;

async function untilPublished(options: RunOptions): Promise<RunOutcome> {
  for (let count = 1; ; count++) {
    try {
      return await attempt(options, uuid(options.runtime));
    } catch (error) {
      if (!isLakeError(error, 'conflict') || count === MAX_ATTEMPTS) throw error;
      options.runtime.log('info', `${error.message} Computing again on the new head.`);
    }
  }
}

/** One computation on one head. What it wrote goes again if it is not published. */
async function attempt(options: RunOptions, commitId: string): Promise<RunOutcome> {
  const { storage, pipeline, settings } = options;
  const startedAt = options.runtime.now();
  const base = await openHead(storage);
  await refuseOtherContract(base, pipeline, settings);
  const tables = await StagedTables.open({
    storage,
    base,
    pipeline,
    settings,
    commitId,
    dryRun: options.dryRun,
  });
  try {
    return await compute(options, { base, tables, commitId, startedAt });
  } catch (error) {
    if (!isLakeError(error, 'commit-unknown')) await tables.discard();
    throw error;
  }
}

interface Attempt {
  readonly base: LakeView | null;
  readonly tables: StagedTables;
  readonly commitId: string;
  readonly startedAt: number;
}

async function compute(options: RunOptions, state: Attempt): Promise<RunOutcome> {
  const { pipeline, signal } = options;
  const { tables } = state;
  const ledger = new Ledger(await tables.batches());
  const read = await readFiles(options, ledger);
  const folding = { pipeline, settings: options.settings, tables, pool: options.resources.pool };
  options.onStage?.('folding', 0, 1);
  const [folded, extracts] = await Promise.all([foldLogs(read, folding), stageExtracts(read, folding)]);
  const deltas = new Map<string, TableDelta>([...folded.deltas, ...extracts.deltas]);
  signal?.throwIfAborted();
  if (options.dryRun)
    return { ...outcome(options, state, read, []), plan: planOf(pipeline, tables, folded, deltas) };
  let startWriting = (): void => undefined;
  const logsRead = new Promise<void>((resolve) => (startWriting = resolve));
  const making = makeModels(options, state, folded, deltas, startWriting).finally(startWriting);
  const writing = logsRead.then(() => writeSources(options, read, ledger, folded, tables));
  const [ofModels, staged] = await settleBoth(making, writing);
  const ofRecords = await recordChecks(pipeline, read, folded.folds, tables);
  const found = [...ofRecords, ...extracts.checks, ...staged, ...ofModels];
  const checks = carryOver(found, parentChecks(state.base));
  refuseFailures(checks);
  return publish(options, state, read, checks);
}

async function readFiles(options: RunOptions, ledger: Ledger): Promise<readonly ReadBatch[]> {
  const { pipeline, settings, ingestDate, resources, signal, onStage } = options;
  const files = await findSourceFiles(options.paths, pipeline.sources);
  const logs = files.filter(({ source }) => source.kind === 'log');
  const logBytes = logs.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  refuseTooLarge(logs[0]?.path ?? '', logBytes, resources.memoryBytes);
  resources.expect(logBytes);
  return readBatches(files, {
    ledger,
    settings,
    ingestDate,
    pool: () => {
      if (!options.dryRun) resources.engine(); // its start-up runs while the files are read
      return resources.pool();
    },
    onBytes: (done, total) => onStage?.('reading', done, total),
    ...(signal && { signal }),
  });
}

/** @throws LakeError `out-of-resources` when the new logs cannot be held in memory; known ones are not, but look alike */
function refuseTooLarge(first: string, logBytes: number, memoryBytes: number): void {
  const needed = estimateBytes(logBytes);
  if (needed <= memoryBytes) return;
  const gigabytes = (bytes: number): string => (bytes / 2 ** 30).toFixed(1);
  throw new LakeError(
    'out-of-resources',
    `${first} and the other logs are ${gigabytes(logBytes)} GiB of log; one run over them needs about ${gigabytes(needed)} GiB of memory, this machine has ${gigabytes(memoryBytes)}. Ingest the files one after the other, or split them at line ends.`,
    { details: { neededBytes: needed, memoryBytes } },
  );
}

/** What the sources' tables are made of, beside the models; returns the checks of what was written. */
async function writeSources(
  { pipeline, settings, resources }: RunOptions,
  read: readonly ReadBatch[],
  ledger: Ledger,
  { folds }: FoldedSources,
  tables: StagedTables,
): Promise<readonly CheckResult[]> {
  const folding = { pipeline, settings, tables, pool: resources.pool };
  const checks = await stageRecords(read, ledger, folding);
  await writeBronze(read, folding);
  for (const source of pipeline.sources) {
    const fold = folds.get(source.table.name);
    if (source.kind === 'log' && fold !== undefined) await writeFold(source, fold, folding);
  }
  return checks;
}

/**
 * Runs the models that the changes reach, and the checks of what was made. Starts no engine when there are none.
 * What waits for `onLogsRead` leaves the worker threads to them until then.
 */
async function makeModels(
  options: RunOptions,
  { tables }: Attempt,
  folded: FoldedSources,
  deltas: Map<string, TableDelta>,
  onLogsRead: () => void,
): Promise<readonly CheckResult[]> {
  const { pipeline, resources, onStage } = options;
  if (deltas.size === 0 && tables.modelsCurrent()) return [];
  const engine = resources.engine();
  const runner = new ModelRunner({
    ...{ engine, pipeline, tables, changes: folded.changes, deltas, pool: resources.pool },
    onLogsRead,
    onModel: (done, total) => onStage?.('modelling', done, total),
  });
  const made = await runner.run();
  onStage?.('checking', 0, 1);
  const changed = new Set([...made, ...deltas.keys()]);
  return runChecks(engine, runner.relations, pipeline, changed);
}

/** Waits for both, so that nothing writes on after a failure; the first failure counts. */
async function settleBoth<A, B>(first: Promise<A>, second: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([first, second]);
  return Promise.all([first, second]);
}

async function publish(
  options: RunOptions,
  state: Attempt,
  read: readonly ReadBatch[],
  checks: readonly CheckResult[],
): Promise<RunOutcome> {
  options.signal?.throwIfAborted();
  options.onStage?.('publishing', 0, 1);
  const { tables, startedAt } = state;
  const summary: RunSummary = runSummary({
    read,
    tables,
    checks,
    engine: engineName(options),
    startedAt,
    now: options.runtime.now(),
  });
  const snapshot = await tables.publish({
    ...{ runtime: options.runtime, startedAt, operation: 'ingest', summary },
    ...(options.signal && { signal: options.signal }),
  });
  return { ...outcome(options, state, read, checks), snapshot: snapshot.snapshotId, tables: snapshot.tables };
}

function outcome(
  options: RunOptions,
  { base, tables }: Attempt,
  read: readonly ReadBatch[],
  checks: readonly CheckResult[],
): RunOutcome {
  const parent = base?.snapshot.snapshotId ?? null;
  const written = tables.written();
  return { snapshot: null, parent, read, written, tables: {}, checks, engine: engineName(options) };
}

const engineName = ({ resources }: RunOptions): string | null =>
  resources.engineStarted() ? resources.engine().name : null;

function parentChecks(base: LakeView | null): readonly CheckResult[] {
  const checks = base?.snapshot.summary['checks'];
  return Array.isArray(checks) ? (checks as readonly CheckResult[]) : [];
}
