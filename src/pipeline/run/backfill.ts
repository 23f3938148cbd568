// Backfill: tables made again from bronze, under today's contract (pipeline §8). Under an unchanged contract that is the
// lake as it is, byte for byte, so it repairs, and it proves.

import { LakeError } from '../../common/errors.js';
import type { Quarantined } from '../books/quarantine-book.js';
import type { LakeView } from '../../table/view.js';
import { audit } from '../checks/publish-gate.js';
import type { CheckResult } from '../checks/check-results.js';
import { contractHash } from '../../records/contract-hash.js';
import { restateReasons, type Reasons } from '../stage/bronze-reasons.js';
import { refuseOtherContract } from '../define/recorded/contract-guard.js';
import { refuseOtherPipeline } from '../define/recorded/recorded-pipeline.js';
import { correctionsOf } from '../books/corrections.js';
import { writeCorrections, type AddedCorrections } from '../books/corrections-table.js';
import type { Batch } from '../books/batch-book.js';
import { makeModels, outcomeOf, publishRun, settleBoth } from '../models/make-models.js';
import { hasChildren, stageChildren } from '../stage/child-tables.js';
import { refuseTooLarge } from './memory-guard.js';
import type { FoldOptions } from '../stage/fold-options.js';
import {
  foldLogs,
  quarantined,
  refusedRecords,
  rebuildRecords,
  stageExtracts,
  type FoldedSources,
} from '../stage/parsed-tables.js';
import type { ReadBatch } from '../read/read-batches.js';
import { refusedElementsOf } from '../read/read-fields.js';
import { rangeChecks } from '../checks/range-checks.js';
import { readingChecks } from '../checks/reading-checks.js';
import { recordChecks } from '../checks/record-checks.js';
import type { Attempt, RunBasis, RunOutcome } from './run-basis.js';
import type { TableDelta } from '../models/spread.js';
import { readStoredBatches } from '../read/stored-batches.js';
import { attempt, inTurn } from './take-turns.js';

/** Days, ISO, both included. */
export interface DayRange {
  readonly from: string;
  readonly to: string;
}

/** A run that makes tables again from bronze, and which days of them. */
interface BackfillOptions extends RunBasis {
  /** Only the days of logs, and what depends on them; without: everything. */
  readonly days?: DayRange;
}

/**
 * Makes silver and gold again from bronze and publishes that as one snapshot.
 * @throws LakeError `invalid-input` for a range under another contract than the lake's; `corrupt` when bronze is damaged
 */
export function runBackfill(options: BackfillOptions): Promise<RebuildOutcome> {
  return inTurn(options, (base) =>
    rebuildOn(requireLake(base), options, { publish: 'always', operation: 'backfill' }),
  );
}

/** What came of it, with the files that were lost and are back in place. */
export interface RebuildOutcome extends RunOutcome {
  readonly healed: readonly string[];
}

/**
 * Makes a snapshot's silver and gold again and puts lost files back where they were. What comes out in other bytes
 * (another version of the program wrote them) is published as a new snapshot for the head, and left alone otherwise.
 */
export function runRepair(options: RunBasis, snapshot: LakeView | 'head'): Promise<RebuildOutcome> {
  if (snapshot !== 'head') return repairOn(snapshot, options, 'never');
  return inTurn(options, (base) => repairOn(requireLake(base), options, 'changes'));
}

/**
 * The snapshot that there must be.
 * @throws LakeError `not-found` when there is none
 */
export function requireLake(base: LakeView | null): LakeView {
  if (base !== null) return base;
  throw new LakeError('not-found', 'There is no snapshot yet: make the first with "lake ingest".');
}

async function repairOn(
  base: LakeView,
  options: RunBasis,
  publish: Rebuild['publish'],
): Promise<RebuildOutcome> {
  await refuseOtherPipeline(base, options.pipeline);
  await refuseOtherContract(base, options.pipeline);
  return rebuildOn(base, options, { publish, operation: 'repair' });
}

/** Why tables are made again, and what is to become of them. */
interface Rebuild {
  readonly operation: 'backfill' | 'repair' | 'replay';
  readonly publish: 'always' | 'changes' | 'never';
  /** Corrections that are new. */
  readonly added?: AddedCorrections;
}

/** One computation of everything, or of some days, from bronze. */
export async function rebuildOn(
  base: LakeView,
  options: BackfillOptions,
  rebuild: Rebuild,
): Promise<RebuildOutcome> {
  if (options.days !== undefined) await refuseOtherContract(base, options.pipeline);
  return attempt(options, { base, rebuild: true }, (state) => compute(options, state, rebuild));
}

async function compute(options: BackfillOptions, state: Attempt, rebuild: Rebuild): Promise<RebuildOutcome> {
  const { pipeline, days } = options;
  const { tables } = state;
  const stored = await readAll(options, state, rebuild);
  const { read } = stored;
  if (bringsNothing(read, rebuild)) return unpublished(options, state, read, []);
  const wants = (partition: string): boolean => days === undefined || reaches(days, partition);
  const folding = { ...folds(options, state), rebuild: { wants, everything: days === undefined } };
  options.onStage?.('folding', 0, 1);
  const folded = await foldLogs(read, folding);
  const extracts = days === undefined ? await stageExtracts(read, folding) : noExtracts;
  await takeOutOthers(folded, options, state, wants);
  options.signal?.throwIfAborted();
  for (const change of folded.changes) if (hasChildren(pipeline, change)) await change.written();
  const children = await stageChildren(folding);
  let startWriting = (): void => undefined;
  const logsRead = new Promise<void>((resolve) => (startWriting = resolve));
  const models = {
    changes: folded.changes,
    deltas: new Map<string, TableDelta>([...folded.deltas, ...extracts.deltas, ...children.deltas]),
    everything: days === undefined,
    onLogsRead: startWriting,
  };
  const making = makeModels(options, state, models).finally(startWriting);
  const writing = logsRead.then(async () => {
    for (const change of folded.changes) await change.written();
    return days === undefined ? writeRecords(stored, options, folding, rebuild) : [];
  });
  const [ofModels, staged] = await settleBoth(making, writing);
  const ofRecords = await recordChecks(pipeline, { read, folds: folded.folds, tables, made: 'rebuilt' });
  const ofFiles = await rangeChecks(pipeline, tables);
  const ofReading = readingChecks(pipeline, read);
  const ofSources = [...extracts.checks, ...children.checks];
  const found = [...ofRecords, ...ofReading, ...ofSources, ...staged, ...ofModels, ...ofFiles];
  const checks = await audit(options, state, { operation: rebuild.operation, read, found });
  return finish(options, state, { read, checks }, rebuild);
}

const noExtracts = { deltas: new Map<string, TableDelta>(), checks: [] };

function folds({ pipeline, resources }: RunBasis, { tables }: Attempt): FoldOptions {
  return { pipeline, tables, pool: resources.pool };
}

interface Stored {
  readonly read: readonly ReadBatch[];
  /** What the quarantine will hold. */
  readonly refused: readonly Quarantined[];
  readonly reasons: Reasons;
}

/** Every batch of the lake, judged again. The lines themselves are let go: bronze has them. */
async function readAll(options: BackfillOptions, { tables }: Attempt, { added }: Rebuild): Promise<Stored> {
  const { pipeline, resources, signal, onStage } = options;
  const held = (await tables.batches()).toSorted((a, b) => a.batchOrder - b.batchOrder);
  const batches = added === undefined ? held : [...held, added.batch];
  refuseTooMuch(options, batches);
  resources.engine().catch(() => undefined); // its start-up runs while bronze is read
  const stored = readStoredBatches(batches, {
    pipeline,
    pool: resources.pool,
    bronze: (table) => tables.stateBefore(table),
    ...(added && { added: correctionsOf(added.batch.batchId, added.lines) }),
    onBytes: (done, total) => onStage?.('reading', done, total),
    ...(signal && { signal }),
  });
  const read: ReadBatch[] = [];
  const refused: Quarantined[] = [];
  const reasons = new Map<string, ReadonlyMap<number, string>>();
  for await (const batch of stored) {
    const records = refusedRecords(batch);
    for (const record of quarantined(batch.batch, records)) refused.push(record);
    for (const element of quarantined(batch.batch, refusedElementsOf(batch))) refused.push(element);
    reasons.set(batch.batch.batchId, new Map(records.map(({ lineNumber, reason }) => [lineNumber, reason])));
    read.push(batch.kind === 'log' ? { ...batch, parsed: { ...batch.parsed, lines: [] } } : batch);
  }
  return { read, refused, reasons };
}

function refuseTooMuch({ pipeline, resources }: BackfillOptions, batches: readonly Batch[]): void {
  const logs = new Set(
    pipeline.sources.filter(({ kind }) => kind === 'log').map(({ contract }) => contract.source),
  );
  const logBytes = batches.reduce((sum, { source, bytes }) => sum + (logs.has(source) ? bytes : 0), 0);
  refuseTooLarge(`The lake's batches`, logBytes, resources.memoryBytes);
  resources.expect(logBytes);
}

/** Partitions of logs' tables that no batch has rows for. */
async function takeOutOthers(
  { folds: made }: FoldedSources,
  { pipeline }: BackfillOptions,
  { tables }: Attempt,
  wants: (partition: string) => boolean,
): Promise<void> {
  for (const { kind, table } of pipeline.sources) {
    if (kind !== 'log') continue;
    const values = new Set(made.get(table.name)?.partitions.map(({ value }) => value));
    await tables.keepOnly(table, (value) => values.has(value) || !wants(value));
  }
}

/** Whether some of the days lie in a partition: a day, a month, or all of a table without partitions. */
function reaches({ from, to }: { readonly from: string; readonly to: string }, partition: string): boolean {
  const { length } = partition;
  return from.slice(0, length) <= partition && partition <= to.slice(0, length);
}

/** Batches, quarantine, and what bronze says of its records. */
async function writeRecords(
  { read, refused, reasons }: Stored,
  { pipeline }: BackfillOptions,
  folding: FoldOptions,
  { added }: Rebuild,
): Promise<readonly CheckResult[]> {
  const { tables } = folding;
  for (const { contract, table, bronze } of pipeline.sources) {
    const isOther = tables.stateBefore(table.name)?.file.contract !== contractHash(contract);
    const stated = isOther ? reasons : reasonsOf(reasons, replacedBy(added));
    if (stated.size > 0) await restateReasons(tables, bronze, stated);
  }
  await restateReasons(tables, pipeline.books.corrections, reasons);
  if (added !== undefined) await writeCorrections(tables, pipeline.books.corrections, added, reasons);
  return rebuildRecords(
    read.map(({ batch }) => batch),
    refused,
    folding,
  );
}

/** Batches whose records new corrections replace. */
const replacedBy = (added: AddedCorrections | undefined): ReadonlySet<string> =>
  new Set(
    added?.lines.flatMap(({ correction }) => (correction === null ? [] : [correction.replaces.batchId])),
  );

const reasonsOf = (reasons: Reasons, batches: ReadonlySet<string>): Reasons =>
  new Map([...reasons].filter(([batchId]) => batches.has(batchId)));

async function finish(
  options: BackfillOptions,
  state: Attempt,
  { read, checks }: { readonly read: readonly ReadBatch[]; readonly checks: readonly CheckResult[] },
  { publish, operation }: Rebuild,
): Promise<RebuildOutcome> {
  const { healed } = state.tables;
  const isPublished = publish === 'always' || (publish === 'changes' && state.tables.isChanged);
  if (isPublished && !options.dryRun)
    return { ...(await publishRun(options, state, { operation, read, checks, healed })), healed };
  return unpublished(options, state, read, checks);
}

async function unpublished(
  options: BackfillOptions,
  state: Attempt,
  read: readonly ReadBatch[],
  checks: readonly CheckResult[],
): Promise<RebuildOutcome> {
  const { healed } = state.tables;
  const report = outcomeOf(options, state, read, checks);
  await state.tables.discard();
  return { ...report, healed };
}

/** Corrections of which every one is refused change no row: they are to be corrected again, not taken in. */
const bringsNothing = (read: readonly ReadBatch[], { added }: Rebuild): boolean =>
  added !== undefined &&
  read.some(({ batch }) => batch.batchId === added.batch.batchId && batch.accepted === 0);
