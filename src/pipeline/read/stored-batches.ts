// Batches read back from bronze: a log's exact bytes, an extract's records as text (pipeline §6). What bronze gives is
// checked against the hash or the counts that the batch was entered with.

import { createHash } from 'node:crypto';
import { LakeError } from '../../common/errors.js';
import { acceptedRows, judgeExtract, parseLog, unitsOf } from '../../records/hot-path.js';
import type { AcceptedRecord } from '../../records/record-reader.js';
import { CORRECTIONS, placeKey, REPLACED, withoutLines, type CorrectionSet } from '../books/corrections.js';
import { isLineLog, type LogSource, type Pipeline, type Source } from '../define/pipeline.js';
import type { Batch } from '../books/batch-book.js';
import { fileOfBatch, firstLineOf, refuseOther, storedLines, storedRecords } from './stored-lines.js';
import type { LogIntake } from './log-intake.js';
import { withCounts, type ReadBatch } from './read-batch.js';
import type { SourceFile } from './source-files.js';
import {
  correctionBatch,
  judgeCorrection,
  storedCorrections,
  type CorrectionOptions,
  type Judgements,
} from './stored-corrections.js';

/** What batches are read back from, and who is told how far it is. */
interface StoredOptions extends CorrectionOptions {
  readonly signal?: AbortSignal;
  /** Bytes of the batches read so far, and of all of them. */
  readonly onBytes?: (read: number, total: number) => void;
  readonly intake: LogIntake;
}

type StoredBatch = Exclude<ReadBatch, { kind: 'known' }>;

/**
 * The batches as if they had just been read, judged by today's contract; one after the other, since a log's lines are
 * large and can be let go once they are looked at.
 * @throws LakeError `corrupt` when bronze does not give what was read
 */
export async function* readStoredBatches(
  batches: readonly Batch[],
  options: StoredOptions,
): AsyncGenerator<StoredBatch> {
  const total = batches.reduce((sum, { bytes }) => sum + bytes, 0);
  const corrections = await storedCorrections(batches, options);
  const judged: Judgements = new Map();
  const isTaken = options.intake.mustTake(logBytesOf(batches, options.pipeline));
  let done = 0;
  for (const batch of batches) {
    options.signal?.throwIfAborted();
    if (batch.source === CORRECTIONS) {
      const read = await correctionBatch(batch, corrections, judged, options);
      yield isTaken ? ((await options.intake.takeHeld(read)) as StoredBatch) : read;
    } else {
      const source = sourceOf(options.pipeline, batch);
      yield isLineLog(source)
        ? await storedLog(batch, source, corrections, { ...options, isTaken })
        : await storedExtract(batch, source, { corrections, judged }, options);
    }
    options.onBytes?.((done += batch.bytes), total);
  }
}

/** Bytes of log among the batches. */
export function logBytesOf(batches: readonly Batch[], { sources }: Pipeline): number {
  const logs = new Set(sources.filter(({ kind }) => kind === 'log').map(({ contract }) => contract.source));
  return batches.reduce((sum, { source, bytes }) => sum + (logs.has(source) ? bytes : 0), 0);
}

function sourceOf({ sources }: Pipeline, batch: Batch): Source {
  const source = sources.find(({ contract }) => contract.source === batch.source);
  if (source !== undefined) return source;
  throw new LakeError(
    'invalid-input',
    `Batch ${batch.batchId} (${batch.fileName}) is of the source ${batch.source}, which this program does not know. Use the program that ingested it.`,
    { details: { batch: batch.batchId, source: batch.source } },
  );
}

async function storedLog(
  batch: Batch,
  source: LogSource,
  corrections: CorrectionSet,
  options: StoredOptions & { readonly isTaken: boolean },
): Promise<Extract<ReadBatch, { kind: 'log' }>> {
  const { pool, intake, isTaken } = options;
  const state = options.bronze(source.bronze.name);
  const hash = createHash('sha256');
  const firstLine = await firstLineOf(state, batch);
  const replaced = corrections.replaced(batch.batchId);
  const lines = hashed(storedLines(state, batch), hash);
  const parsed = await parseLog(pool(), {
    contract: source.contract,
    firstLine,
    pieces: replaced.size === 0 ? lines : withoutLines(lines, firstLine, replaced),
    ...(isTaken && { take: (unit) => intake.take({ ...batch, source }, unit) }),
  });
  refuseOther(batch, parsed.bytes, hash.digest('hex'));
  const { physicalLines, records } = parsed;
  const judged = withCounts(
    { ...batch, physicalLines, records },
    countsWithout(parsed.rejected, replaced.size),
  );
  return {
    kind: 'log',
    file: fileOfSource(batch, source),
    batch: judged,
    source,
    parsed,
    ...(replaced.size > 0 && { replaced }),
  };
}

/** Lines that were made unreadable are counted as what they are. */
function countsWithout(rejected: Batch['rejectedByReason'], replaced: number): Batch['rejectedByReason'] {
  const unreadable = (rejected['invalid_json'] ?? 0) - replaced;
  const counts = Object.entries({ ...rejected, invalid_json: unreadable, [REPLACED]: replaced });
  return Object.fromEntries(counts.filter(([, count]) => count > 0).sort(([a], [b]) => (a < b ? -1 : 1)));
}

async function* hashed(
  pieces: AsyncIterable<Uint8Array>,
  hash: ReturnType<typeof createHash>,
): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) {
    hash.update(piece);
    yield piece;
  }
}

/** Corrections of records, and what became of those that were judged so far. */
interface Corrected {
  readonly corrections: CorrectionSet;
  readonly judged: Judgements;
}

async function storedExtract(
  batch: Batch,
  source: Source,
  { corrections, judged }: Corrected,
  { bronze, pool }: StoredOptions,
): Promise<Extract<ReadBatch, { kind: 'extract' }>> {
  const stored = await storedRecords(bronze(source.bronze.name), batch.batchId);
  if (stored.records.length !== batch.records) throw otherCount(batch, stored.records.length);
  const place = `${source.bronze.name}, batch ${batch.batchId} (${batch.fileName})`;
  const replaced = corrections.replaced(batch.batchId);
  const { contract } = source;
  const parsed = await judgeExtract(pool(), {
    contract,
    place,
    slices: { units: unitsOf(stored.records), ...(stored.header && { header: stored.header }) },
    replaced: { lines: replaced, reason: REPLACED },
  });
  const corrected: AcceptedRecord[] = [];
  for (const correction of corrections.standingFor(batch.batchId).values()) {
    const result = judgeCorrection(source, correction, stored.header?.raw);
    judged.set(placeKey(correction), result);
    if (result.ok) corrected.push(result);
  }
  return {
    kind: 'extract',
    file: fileOfSource(batch, source),
    source,
    batch: withCounts(batch, parsed.rejected),
    parsed: { ...parsed, rows: [...parsed.rows, acceptedRows(contract, corrected)] },
  };
}

function otherCount(batch: Batch, found: number): LakeError {
  return new LakeError(
    'corrupt',
    `Batch ${batch.batchId} (${batch.fileName}): bronze gives ${found} records; expected ${batch.records}. Nothing was written. "lake verify" finds the damaged file.`,
    { details: { batch: batch.batchId, expected: batch.records, actual: found } },
  );
}

const fileOfSource = (batch: Batch, source: Source): SourceFile => ({ source, ...fileOfBatch(batch) });
