// Batches read back from bronze: a log's exact bytes, an extract's records as text (pipeline §6). What bronze gives is
// checked against the hash or the counts that the batch was entered with.

import { createHash } from 'node:crypto';
import type * as arrow from 'apache-arrow';
import { LakeError } from '../common/errors.js';
import type { WorkerPool } from '../common/worker-pool.js';
import type { DataFile } from '../format/data-file.js';
import { bytesOf, offsetsOf } from '../parquet/chunks.js';
import { decodeParquet } from '../parquet/file.js';
import { tableToRows } from '../parquet/rows.js';
import { textAt } from '../parquet/texts.js';
import type { ContractSettings } from '../records/contract.js';
import { readStoredExtract, type StoredExtract } from '../records/extract.js';
import { parseLog } from '../records/log.js';
import type { TableState } from '../table/view.js';
import type { ExtractSource, LogSource, Pipeline, Source } from './definition.js';
import type { Batch } from './ledger.js';
import { countReasons, type ReadBatch } from './read-batches.js';

export interface StoredOptions {
  readonly pipeline: Pipeline;
  readonly settings: ContractSettings;
  readonly pool: () => WorkerPool;
  /** A bronze table as the snapshot has it; undefined where it has none. */
  readonly bronze: (table: string) => TableState | undefined;
  readonly signal?: AbortSignal;
  /** Bytes of the batches read so far, and of all of them. */
  readonly onBytes?: (read: number, total: number) => void;
}

/**
 * The batches as if they had just been read, judged by today's contract; one after the other, since a log's lines are
 * large and can be let go once they are looked at.
 * @throws LakeError `corrupt` when bronze does not give what was read
 */
export async function* readStoredBatches(
  batches: readonly Batch[],
  options: StoredOptions,
): AsyncGenerator<Exclude<ReadBatch, { kind: 'known' }>> {
  const total = batches.reduce((sum, { bytes }) => sum + bytes, 0);
  let done = 0;
  for (const batch of batches) {
    options.signal?.throwIfAborted();
    const source = sourceOf(options.pipeline, batch);
    yield source.kind === 'log'
      ? await storedLog(batch, source, options)
      : await storedExtract(batch, source, options);
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

async function storedLog(
  batch: Batch,
  source: LogSource,
  options: StoredOptions,
): Promise<Extract<ReadBatch, { kind: 'log' }>> {
  const { settings, pool } = options;
  const state = options.bronze(source.bronze.name);
  const hash = createHash('sha256');
  const parsed = await parseLog(pool(), {
    contract: source.contract,
    settings,
    firstLine: await firstLineOf(state, batch),
    pieces: hashed(storedLines(state, batch), hash),
  });
  refuseOther(batch, parsed.bytes, hash.digest('hex'));
  const { physicalLines, records, accepted, rejected: rejectedByReason } = parsed;
  const judged = { ...batch, physicalLines, records, accepted, rejectedByReason };
  return { kind: 'log', file: fileOf(batch, source), batch: judged, source, parsed };
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
  { settings, bronze }: StoredOptions,
): Promise<Extract<ReadBatch, { kind: 'extract' }>> {
  const state = bronze(source.bronze.name);
  const stored = await storedRecords(state, batch.batchId);
  if (stored.records.length !== batch.records) throw otherCount(batch, stored.records.length);
  const place = `bronze.${batch.source}, batch ${batch.batchId} (${batch.fileName})`;
  const rows = readStoredExtract(source.contract, settings, stored, place);
  const rejectedByReason = countReasons(rows);
  const rejected = Object.values(rejectedByReason).reduce((sum, count) => sum + count, 0);
  const judged = { ...batch, accepted: batch.records - rejected, rejectedByReason };
  const header = stored.header === undefined ? {} : { header: stored.header };
  return { kind: 'extract', file: fileOf(batch, source), batch: judged, source, rows, ...header };
}

async function storedRecords(bronze: TableState | undefined, batchId: string): Promise<StoredExtract> {
  const records: StoredExtract['records'][number][] = [];
  let header: StoredExtract['header'];
  for (const file of await filesOf(bronze, batchId)) {
    const table = await bronze!.rows(file);
    for (const row of tableToRows(table, bronze!.schema)) {
      const [id, , lineNumber, raw, isRecord] = row;
      if (id !== batchId) continue;
      const line = { lineNumber: Number(lineNumber), raw: String(raw) };
      if (isRecord === true) records.push(line);
      else header = line;
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
const fileOf = (batch: Batch, source: Source): ReadBatch['file'] => ({
  ...{ source, path: batch.fileName, name: batch.fileName, compressed: false, sizeBytes: batch.bytes },
});
