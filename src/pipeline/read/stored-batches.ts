// Batches read back from bronze: a log's exact bytes, an extract's records as text (pipeline §6). What bronze gives is
// checked against the hash or the counts that the batch was entered with.

import { createHash } from 'node:crypto';
import type * as arrow from 'apache-arrow';
import { LakeError } from '../../common/errors.js';
import type { WorkerPool } from '../../common/worker-pool.js';
import type { DataFile } from '../../format/data-file.js';
import { bytesOf, offsetsOf } from '../../parquet/chunks.js';
import { decodeParquet } from '../../parquet/file.js';
import { tableToRows } from '../../parquet/rows.js';
import { textAt } from '../../parquet/texts.js';
import { judgeExtractRecord, type StoredExtract } from '../../records/extract/extract.js';
import {
  acceptedRows,
  judgeExtract,
  parseLog,
  refusedLines,
  unitsOf,
  type ParsedLog,
} from '../../records/hot-path.js';
import type { Accepted, Refused } from '../../records/values/rules.js';
import type { TableState } from '../../table/view.js';
import {
  CORRECTIONS,
  CorrectionSet,
  correctionsOf,
  parseCorrections,
  placeKey,
  REPLACED,
  withoutLines,
  type Correction,
} from '../books/corrections.js';
import type { ExtractSource, LogSource, Pipeline, Source } from '../define/pipeline.js';
import type { Batch } from '../books/batch-book.js';
import { extractLineCodec } from '../books/bronze-lines.js';
import { fromRows } from '../books/codec.js';
import { countOf, type ReadBatch, type RefusedRecord } from './read-batches.js';
import type { SourceFile } from './source-files.js';

export interface StoredOptions {
  readonly pipeline: Pipeline;
  readonly pool: () => WorkerPool;
  /** A bronze table as the snapshot has it; undefined where it has none. */
  readonly bronze: (table: string) => TableState | undefined;
  /** Corrections that bronze does not hold yet, in batches after all others. */
  readonly added?: readonly Correction[];
  readonly signal?: AbortSignal;
  /** Bytes of the batches read so far, and of all of them. */
  readonly onBytes?: (read: number, total: number) => void;
}

/** What became of corrections of extracts, by where they stand. */
type Judgements = Map<string, Accepted | Refused>;

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
  let done = 0;
  for (const batch of batches) {
    options.signal?.throwIfAborted();
    if (batch.source === CORRECTIONS) yield await correctionBatch(batch, corrections, judged, options);
    else {
      const source = sourceOf(options.pipeline, batch);
      yield source.kind === 'log'
        ? await storedLog(batch, source, corrections, options)
        : await storedExtract(batch, source, corrections, judged, options);
    }
    options.onBytes?.((done += batch.bytes), total);
  }
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

/** Every correction that the lake holds, and those that are to come. */
async function storedCorrections(
  batches: readonly Batch[],
  { pipeline, bronze, added = [] }: StoredOptions,
): Promise<CorrectionSet> {
  const state = bronze(pipeline.books.corrections.name);
  const held: Correction[] = [];
  for (const batch of batches) {
    if (batch.source !== CORRECTIONS || added.some(({ batchId }) => batchId === batch.batchId)) continue;
    const bytes = await joined(storedLines(state, batch));
    refuseOther(batch, bytes.length, createHash('sha256').update(bytes).digest('hex'));
    const lines = parseCorrections(`${pipeline.books.corrections.name}, batch ${batch.batchId}`, bytes);
    held.push(...correctionsOf(batch.batchId, lines));
  }
  return new CorrectionSet([...held, ...added]);
}

async function joined(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}

/** What became of a batch of corrections: those that a later one replaced take no part. */
async function correctionBatch(
  batch: Batch,
  corrections: CorrectionSet,
  judged: Judgements,
  options: StoredOptions,
): Promise<Extract<ReadBatch, { kind: 'corrections' }>> {
  const { batchId } = batch;
  const standing = corrections.standingIn(batchId);
  const logs = new Map<LogSource, ParsedLog>();
  const refused = Array.from(corrections.replaced(batchId), (lineNumber): RefusedRecord => ({
    source: CORRECTIONS,
    lineNumber,
    reason: REPLACED,
    raw: '',
  }));
  for (const source of options.pipeline.sources) {
    const own = standing.filter((correction) => correction.source === source.contract.source);
    if (own.length === 0) continue;
    if (source.kind === 'extract')
      refused.push(...own.flatMap((correction) => refusedOf(correction, judged)));
    else {
      const parsed = await parseCorrected(source, own, options);
      logs.set(source, parsed);
      refused.push(...Array.from(refusedLines(parsed), (line) => ({ ...line, ...standingAt(own, line) })));
    }
  }
  refused.sort((a, b) => a.lineNumber - b.lineNumber);
  const counts = countOf(refused.map(({ reason }) => reason));
  return { kind: 'corrections', file: fileOf(batch), batch: withCounts(batch, counts), logs, refused };
}

/** Each corrected record as a line of its own. */
function parseCorrected(
  { contract }: LogSource,
  corrections: readonly Correction[],
  { pool }: StoredOptions,
): Promise<ParsedLog> {
  const text = corrections.map((correction) => `${correction.text}\n`).join('');
  return parseLog(pool(), { contract, firstLine: 1, pieces: onePiece(Buffer.from(text)) });
}

async function* onePiece(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}

/** Where the n-th of some corrections stands. */
function standingAt(
  corrections: readonly Correction[],
  { lineNumber }: { readonly lineNumber: number },
): Pick<RefusedRecord, 'source' | 'lineNumber'> {
  const correction = corrections[lineNumber - 1];
  if (correction === undefined) throw new Error(`no correction is line ${lineNumber}`);
  return { source: correction.source, lineNumber: correction.lineNumber };
}

function refusedOf(correction: Correction, judged: Judgements): readonly RefusedRecord[] {
  const { source, lineNumber, text } = correction;
  const result = judged.get(placeKey(correction));
  if (result === undefined) throw new Error(`correction ${placeKey(correction)} was not judged`);
  return result.ok ? [] : [{ source, lineNumber, reason: result.reason, raw: text }];
}

async function storedLog(
  batch: Batch,
  source: LogSource,
  corrections: CorrectionSet,
  options: StoredOptions,
): Promise<Extract<ReadBatch, { kind: 'log' }>> {
  const { pool } = options;
  const state = options.bronze(source.bronze.name);
  const hash = createHash('sha256');
  const firstLine = await firstLineOf(state, batch);
  const replaced = corrections.replaced(batch.batchId);
  const lines = hashed(storedLines(state, batch), hash);
  const parsed = await parseLog(pool(), {
    ...{ contract: source.contract, firstLine },
    pieces: replaced.size === 0 ? lines : withoutLines(lines, firstLine, replaced),
  });
  refuseOther(batch, parsed.bytes, hash.digest('hex'));
  const { physicalLines, records } = parsed;
  const judged = withCounts(
    { ...batch, physicalLines, records },
    countsWithout(parsed.rejected, replaced.size),
  );
  return {
    ...{ kind: 'log', file: fileOfSource(batch, source), batch: judged, source, parsed },
    ...(replaced.size > 0 && { replaced }),
  };
}

/** Lines that were made unreadable are counted as what they are. */
function countsWithout(rejected: Batch['rejectedByReason'], replaced: number): Batch['rejectedByReason'] {
  const unreadable = (rejected['invalid_json'] ?? 0) - replaced;
  const counts = Object.entries({ ...rejected, invalid_json: unreadable, [REPLACED]: replaced });
  return Object.fromEntries(counts.filter(([, count]) => count > 0).sort(([a], [b]) => (a < b ? -1 : 1)));
}

const withCounts = (batch: Batch, rejectedByReason: Batch['rejectedByReason']): Batch => {
  const rejected = Object.values(rejectedByReason).reduce((sum, count) => sum + count, 0);
  return { ...batch, accepted: batch.records - rejected, rejectedByReason };
};

async function* hashed(
  pieces: AsyncIterable<Uint8Array>,
  hash: ReturnType<typeof createHash>,
): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) {
    hash.update(piece);
    yield piece;
  }
}

/** A log batch's lines with their line ends, in order: together its exact bytes. */
export async function* storedLines(
  bronze: TableState | undefined,
  { batchId }: Batch,
): AsyncGenerator<Uint8Array> {
  for (const file of await filesOf(bronze, batchId)) {
    const table = decodeParquet(await bronze!.read(file), ['batch_id', 'raw']);
    for (const { data } of table.batches) yield rawOf(data, batchId);
  }
}

async function filesOf(bronze: TableState | undefined, batchId: string): Promise<readonly DataFile[]> {
  return ((await bronze?.files()) ?? []).filter((file) => file.batches?.includes(batchId) !== false);
}

/** The bytes of a batch's rows in one chunk: neighbours, since rows lie in batch order. */
function rawOf(chunk: arrow.Data, batchId: string): Uint8Array {
  const [ids, raw] = chunk.children;
  if (ids === undefined || raw === undefined) throw new Error('bronze has no batch_id or raw');
  const isOurs = (row: number): boolean => textAt(ids, row) === batchId;
  let first = 0;
  while (first < chunk.length && !isOurs(first)) first++;
  let end = chunk.length;
  while (end > first && !isOurs(end - 1)) end--;
  return bytesOf(raw).subarray(offsetsOf(raw)[first], offsetsOf(raw)[end]);
}

/** The physical number of the batch's first line. */
async function firstLineOf(bronze: TableState | undefined, { batchId }: Batch): Promise<number> {
  const [file] = await filesOf(bronze, batchId);
  if (file === undefined || bronze === undefined) return 1;
  const table = decodeParquet(await bronze.read(file), ['batch_id', 'line_number']);
  for (const { data } of table.batches) {
    const [ids, lines] = data.children;
    for (let row = 0; row < data.length; row++)
      if (textAt(ids!, row) === batchId) return Number((lines!.values as BigInt64Array)[row]);
  }
  return 1;
}

/** @throws LakeError `corrupt` unless bronze gave the bytes that were read */
export function refuseOther(batch: Batch, bytes: number, sha256: string): void {
  if (sha256 === batch.sha256) return;
  throw new LakeError(
    'corrupt',
    `Batch ${batch.batchId}: bronze gives ${bytes} bytes with SHA-256 ${sha256}; expected ${batch.bytes} bytes with ${batch.sha256}. Nothing was written. "lake verify" finds the damaged file.`,
    { details: { batch: batch.batchId, expected: batch.sha256, actual: sha256 } },
  );
}

async function storedExtract(
  batch: Batch,
  source: ExtractSource,
  corrections: CorrectionSet,
  judged: Judgements,
  { bronze, pool }: StoredOptions,
): Promise<Extract<ReadBatch, { kind: 'extract' }>> {
  const stored = await storedRecords(bronze(source.bronze.name), batch.batchId);
  if (stored.records.length !== batch.records) throw otherCount(batch, stored.records.length);
  const place = `${source.bronze.name}, batch ${batch.batchId} (${batch.fileName})`;
  const replaced = corrections.replaced(batch.batchId);
  const { contract } = source;
  const parsed = await judgeExtract(pool(), {
    ...{ contract, place },
    slices: { units: unitsOf(stored.records), ...(stored.header && { header: stored.header }) },
    replaced: { lines: replaced, reason: REPLACED },
  });
  const corrected: Accepted[] = [];
  for (const correction of corrections.standingFor(batch.batchId).values()) {
    const result = judgeExtractRecord(contract, correction.text, stored.header?.raw);
    judged.set(placeKey(correction), result);
    if (result.ok) corrected.push(result);
  }
  return {
    ...{ kind: 'extract', file: fileOfSource(batch, source), source },
    batch: withCounts(batch, parsed.rejected),
    parsed: { ...parsed, rows: [...parsed.rows, acceptedRows(contract, corrected)] },
  };
}

async function storedRecords(bronze: TableState | undefined, batchId: string): Promise<StoredExtract> {
  const records: StoredExtract['records'][number][] = [];
  let header: StoredExtract['header'];
  for (const file of await filesOf(bronze, batchId)) {
    const table = await bronze!.rows(file);
    for (const line of fromRows(extractLineCodec, tableToRows(table, bronze!.schema), bronze!.schema)) {
      if (line.batchId !== batchId) continue;
      const { lineNumber, raw, isRecord } = line;
      if (isRecord) records.push({ lineNumber, raw: String(raw) });
      else header = { lineNumber, raw: String(raw) };
    }
  }
  return { records, ...(header && { header }) };
}

function otherCount(batch: Batch, found: number): LakeError {
  return new LakeError(
    'corrupt',
    `Batch ${batch.batchId} (${batch.fileName}): bronze gives ${found} records; expected ${batch.records}. Nothing was written. "lake verify" finds the damaged file.`,
    { details: { batch: batch.batchId, expected: batch.records, actual: found } },
  );
}

/** The file that a batch came from, as far as the lake knows it. */
const fileOf = (batch: Batch): Omit<SourceFile, 'source'> => ({
  ...{ path: batch.fileName, name: batch.fileName, compressed: false, sizeBytes: batch.bytes },
});

const fileOfSource = (batch: Batch, source: Source): SourceFile => ({ source, ...fileOf(batch) });
