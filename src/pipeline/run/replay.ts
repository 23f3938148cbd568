// Refused records that can come back: under rules that accept more, or as corrections. The result is that of
// `backfill --all`, and so of an ingest from nothing.

import { LakeError } from '../../common/errors.js';
import { runFacts } from '../../format/summary.js';
import type { Contract } from '../../records/contract.js';
import { contractHash } from '../../records/contract-hash.js';
import { underRecorded } from '../define/pipeline-part.js';
import type { RecordedSettings } from '../define/spec/pipeline-spec.js';
import { listSnapshots } from '../../table/snapshot-lookup.js';
import type { LakeView } from '../../table/view.js';
import { rebuildOn, requireLake, type RebuildOutcome } from './backfill.js';
import { batchCodec, type Batch } from '../books/batch-book.js';
import { entriesIn } from '../books/codec.js';
import { quarantineCodec } from '../books/quarantine-book.js';
import { placeKey } from '../books/corrections.js';
import { touchesAccepted } from '../define/recorded/contract-change.js';
import { refuseOtherContract } from '../define/recorded/contract-guard.js';
import { addedCorrections, type CorrectionsFile } from '../books/corrections-table.js';
import type { Pipeline } from '../define/pipeline.js';
import { bronzeTables, recordsAt } from '../read/bronze-records.js';
import { heldCorrections } from '../read/stored-corrections.js';
import type { RunBasis } from './run-basis.js';
import { inTurn } from './take-turns.js';

/** A run that judges refused records again, or takes in corrected ones. */
interface ReplayOptions extends RunBasis {
  /** The pipeline under other settings of rows, as snapshots record them. */
  readonly pipelineUnder: (settings: RecordedSettings) => Pipeline;
  /** Corrected records; without: what the rules refused before and accept now. */
  readonly corrections?: CorrectionsFile;
}

/** What came of it. */
export interface ReplayOutcome {
  /** Null when there was nothing to take in. */
  readonly run: RebuildOutcome | null;
  /** Of a corrections file. */
  readonly corrections?: CorrectionsOutcome;
}

/** What became of a corrections file. */
export interface CorrectionsOutcome {
  /** Corrected records that the lake did not hold. */
  readonly records: number;
  readonly accepted: number;
  /** By reason. Where none is accepted, nothing was taken in. */
  readonly rejected: Readonly<Record<string, number>>;
  /** Lines whose record is what it was, so that it stays refused. */
  readonly unchanged: number;
  /** Lines that the lake took in before. */
  readonly known: number;
}

/**
 * Takes refused records in, in one commit.
 * @throws LakeError `invalid-input` when accepted records would change too: that is for `backfill --all`; for a
 *   corrections file that names what is not in the quarantine
 */
export function runReplay(options: ReplayOptions): Promise<ReplayOutcome> {
  return inTurn(options, async (head) => {
    const base = requireLake(head);
    return options.corrections === undefined
      ? replayRefused(base, options)
      : replayCorrections(base, options, options.corrections);
  });
}

async function replayRefused(base: LakeView, options: ReplayOptions): Promise<ReplayOutcome> {
  const changed = await changedSources(base, options);
  if (changed.length === 0) return { run: null };
  const touched = await touchedBy(base, options, changed);
  if (touched.length > 0) throw notForReplay(touched);
  return { run: await rebuildOn(base, options, { operation: 'replay', publish: 'always' }) };
}

/** Sources whose tables were made under another contract. */
async function changedSources(
  base: LakeView,
  { pipeline }: ReplayOptions,
): Promise<readonly Pipeline['sources'][number][]> {
  const changed: Pipeline['sources'][number][] = [];
  for (const source of pipeline.sources) {
    const then = (await base.table(source.table.name))?.file.contract;
    if (then !== undefined && then !== contractHash(source.contract)) changed.push(source);
  }
  return changed;
}

async function touchedBy(
  base: LakeView,
  options: ReplayOptions,
  changed: readonly Pipeline['sources'][number][],
): Promise<readonly string[]> {
  const reasons = new Set<string>();
  for (const { table, contract } of changed) {
    const hash = (await base.table(table.name))?.file.contract;
    const before = hash === undefined ? undefined : await contractBehind(options, table.name, hash);
    if (before === undefined) reasons.add(`no snapshot tells under which settings ${table.name} was made`);
    else for (const reason of touchesAccepted(before, contract)) reasons.add(reason);
  }
  return [...reasons];
}

/** A table's contract under the recorded settings that give its hash. */
async function contractBehind(
  { storage, pipelineUnder }: ReplayOptions,
  table: string,
  hash: string,
): Promise<Contract | undefined> {
  for (const snapshot of await listSnapshots(storage, Infinity)) {
    const recorded = runFacts(snapshot).settings;
    if (recorded === undefined) continue;
    const then = underRecorded(pipelineUnder, recorded);
    const source = then?.sources.find((each) => each.table.name === table);
    if (source !== undefined && contractHash(source.contract) === hash) return source.contract;
  }
  return undefined;
}

function notForReplay(reasons: readonly string[]): LakeError {
  return new LakeError(
    'invalid-input',
    `Replay only takes in more records, but this change touches accepted ones too: ${reasons.join('; ')}. Nothing was changed. Make everything again with "lake backfill --all" ("--dry-run" shows the figures first), or go back to the old settings.`,
    { details: { reasons: reasons.join('; ') } },
  );
}

async function replayCorrections(
  base: LakeView,
  options: ReplayOptions,
  file: CorrectionsFile,
): Promise<ReplayOutcome> {
  const { pipeline } = options;
  await refuseOtherContract(base, pipeline);
  const batches = await entriesIn(base, pipeline.books.batches, batchCodec);
  const refused = await entriesIn(base, pipeline.books.quarantine, quarantineCodec);
  const quarantine = refused.filter(({ element }) => element === null);
  const { added, known, unchanged } = addedCorrections(file, {
    batches,
    quarantine,
    originals: await recordsAt(base, quarantine, bronzeTables(pipeline), options.signal),
    held: await heldRecords(base, pipeline, batches),
  });
  const nothing = { records: 0, accepted: 0, rejected: {}, unchanged, known };
  if (added === undefined) return { run: null, corrections: nothing };
  const run = await rebuildOn(base, options, { operation: 'replay', publish: 'always', added });
  const batch = run.read.find((each) => each.batch.batchId === added.batch.batchId)?.batch ?? added.batch;
  const { records, accepted, rejectedByReason: rejected } = batch;
  return {
    run: accepted === 0 ? null : run,
    corrections: { ...nothing, records, accepted, rejected },
  };
}

/** What corrections made of the records that they replace, by the place of each. */
async function heldRecords(
  base: LakeView,
  { books: { corrections } }: Pipeline,
  batches: readonly Batch[],
): Promise<ReadonlyMap<string, readonly Uint8Array[]>> {
  const held = new Map<string, Uint8Array[]>();
  for (const { replaces, bytes } of await heldCorrections(batches, await base.table(corrections.name)))
    held.set(placeKey(replaces), [...(held.get(placeKey(replaces)) ?? []), bytes]);
  return held;
}
