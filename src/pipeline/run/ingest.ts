// One run: read what is new, fold it in, make what depends on it again, check, publish everything as one snapshot.
// A run is a pure function of the head, the files and the settings; a lost race simply runs it again (pipeline §8).

import { audit } from '../checks/publish-gate.js';
import type { CheckResult } from '../checks/check-results.js';
import { refuseOtherContract } from '../define/recorded/contract-guard.js';
import { Ledger } from '../books/ledger.js';
import { makeModels, outcomeOf, publishRun, settleBoth } from '../models/make-models.js';
import { EngineParser } from '../stage/engine-parser.js';
import { foldLogs, type FoldedSources } from '../stage/fold-logs.js';
import type { FoldOptions } from '../stage/fold-options.js';
import { stageExtracts, stageRecords, writeBronze } from '../stage/parsed-tables.js';
import { hasChildren, plannedChildren, stageChildren } from '../stage/child-tables.js';
import { refuseTooLarge } from './memory-guard.js';
import { metricChecks } from '../checks/metric-checks.js';
import { planRun } from '../models/plan-run.js';
import { defaultPolicy } from '../define/spec/check-policy.js';
import type { ReadBatch } from '../read/read-batch.js';
import { readBatches } from '../read/read-batches.js';
import { rangeChecks } from '../checks/range-checks.js';
import { readingChecks } from '../checks/reading-checks.js';
import { recordChecks, writtenChecks } from '../checks/record-checks.js';
import type { Attempt, RunBasis, RunOutcome } from './run-basis.js';
import { stageRun } from '../books/run-metrics.js';
import { findSourceFiles, type PassedOver } from '../read/source-files.js';
import { StreamCopies } from '../read/stream-copies.js';
import type { TableDelta } from '../models/spread.js';
import type { StagedTables } from '../stage/staged-tables.js';
import { tableChecks } from '../checks/table-checks.js';
import { attempt, inTurn } from './take-turns.js';

export type * from './run-basis.js';

/** A run that reads files, and which. */
interface RunOptions extends RunBasis {
  /** Folders, files, or `-` for standard input. */
  readonly paths: readonly string[];
  /** The source of `-` and of single files whose names tell none. */
  readonly source?: string;
  readonly stdin?: AsyncIterable<Uint8Array>;
  /** Days since the epoch. */
  readonly ingestDate: number;
  /** Logs of so many new bytes and more are parsed on the engine's machines, if it has any; never unless said. */
  readonly parseFrom?: number;
}

/** Runs and publishes. Ingests of one lake take turns; correctness does not depend on it. */
export async function runIngest(options: RunOptions): Promise<RunOutcome> {
  const { stdin, signal } = options;
  const copies = new StreamCopies({ ...(stdin && { stdin }), ...(signal && { signal }) });
  try {
    return await inTurn(options, async (base) => {
      await refuseOtherContract(base, options.pipeline);
      return attempt(options, { base }, (state) => compute(options, copies, state));
    });
  } finally {
    await copies.close();
  }
}

async function compute(options: RunOptions, copies: StreamCopies, state: Attempt): Promise<RunOutcome> {
  const { pipeline, signal } = options;
  const { tables, portions } = state;
  const ledger = new Ledger(await tables.batches());
  const { read, passedOver } = await readFiles(options, copies, ledger, state);
  const folding = { pipeline, tables, portions, pool: options.resources.pool };
  options.onStage?.('folding', 0, 1);
  const [folded, extracts] = await Promise.all([foldLogs(read, folding), stageExtracts(read, folding)]);
  const deltas = new Map<string, TableDelta>([...folded.deltas, ...extracts.deltas]);
  signal?.throwIfAborted();
  if (options.dryRun)
    return {
      ...outcomeOf(options, state, read, []),
      passedOver,
      plan: await planRun(
        pipeline,
        tables,
        folded,
        new Map([...deltas, ...plannedChildren(pipeline, deltas)]),
      ),
    };
  for (const change of folded.changes) if (hasChildren(pipeline, change)) await change.written();
  const children = await stageChildren(folding);
  for (const [table, delta] of children.deltas) deltas.set(table, delta);
  let startWriting = (): void => undefined;
  const logsRead = new Promise<void>((resolve) => (startWriting = resolve));
  const models = { changes: folded.changes, deltas, judgesDays: true, onLogsRead: startWriting };
  const making = makeModels(options, state, models).finally(startWriting);
  const writing = logsRead.then(() => writeSources(folding, { read, ledger, folded }));
  const [ofModels, staged] = await settleBoth(making, writing);
  const ofRecords = await recordChecks(pipeline, { read, folds: folded.folds, tables, made: 'changed' });
  const ofRun = await runWideChecks(options, read, folded, tables);
  const ofReading = readingChecks(pipeline, read);
  const ofSources = [...extracts.checks, ...children.checks];
  const found = [...ofRecords, ...ofReading, ...ofSources, ...staged, ...ofModels, ...ofRun];
  const checks = await audit(options, state, { operation: 'ingest', read, found });
  return { ...(await publishRun(options, state, { operation: 'ingest', read, checks })), passedOver };
}

/** What is told of the run as a whole, once everything is written; the run enters itself in the log of runs. */
async function runWideChecks(
  { pipeline, policy = defaultPolicy }: RunOptions,
  read: readonly ReadBatch[],
  { folds }: FoldedSources,
  tables: StagedTables,
): Promise<readonly CheckResult[]> {
  const history = await stageRun(pipeline, read, folds, tables);
  if (history === null) return [];
  return [
    ...(await writtenChecks(pipeline, read, tables)),
    ...(await rangeChecks(pipeline, tables)),
    ...(await tableChecks(pipeline, tables)),
    ...metricChecks(pipeline, history, policy),
  ];
}

interface FilesRead {
  readonly read: readonly ReadBatch[];
  readonly passedOver: readonly PassedOver[];
}

async function readFiles(
  options: RunOptions,
  copies: StreamCopies,
  ledger: Ledger,
  { tables, portions: intake }: Attempt,
): Promise<FilesRead> {
  const { pipeline, ingestDate, resources, signal, onStage, source, runtime, parseFrom } = options;
  const parsing = { engine: resources.engine, tables, runtime, ...(signal && { signal }) };
  const finding = { sources: pipeline.sources, copies, ...(source !== undefined && { source }) };
  const { files, passedOver } = await findSourceFiles(options.paths, finding);
  const logs = files.filter(({ source }) => source.kind === 'log');
  const logBytes = logs.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  refuseTooLarge(`${logs[0]?.path ?? ''} and the other logs`, logBytes, {
    ...resources,
    ...(options.portions && { portions: options.portions }),
  });
  resources.expect(files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0));
  const read = await readBatches(files, {
    ledger,
    intake,
    ingestDate,
    pool: () => {
      if (!options.dryRun) resources.engine().catch(() => undefined); // its start-up runs while the files are read
      return resources.pool();
    },
    onBytes: (done, total) => onStage?.('reading', done, total),
    ...(parseFrom !== undefined &&
      !options.dryRun && { elsewhere: new EngineParser({ ...parsing, parseFrom }) }),
    ...(signal && { signal }),
  });
  return { read, passedOver };
}

/** What was read, and what it changes. */
interface SourcesRead {
  readonly read: readonly ReadBatch[];
  readonly ledger: Ledger;
  readonly folded: FoldedSources;
}

/** What the sources' tables are made of, beside the models; returns the checks of what was written. */
async function writeSources(
  folding: FoldOptions,
  { read, ledger, folded }: SourcesRead,
): Promise<readonly CheckResult[]> {
  const checks = await stageRecords(read, ledger, folding);
  await writeBronze(read, folding);
  for (const change of folded.changes) await change.written();
  return checks;
}
