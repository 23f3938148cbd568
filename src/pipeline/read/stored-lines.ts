// What bronze keeps of a batch: a log's exact lines, an extract's records and header (pipeline §6).

import type * as arrow from 'apache-arrow';
import { LakeError } from '../../common/errors.js';
import type { DataFile } from '../../format/data-file.js';
import { bytesOf, offsetsOf } from '../../parquet/chunks.js';
import { decodeParquet } from '../../parquet/file.js';
import { tableToRows } from '../../parquet/rows.js';
import { textAt } from '../../parquet/texts.js';
import type { StoredExtract } from '../../records/extract/extract.js';
import type { TableReader } from '../../table/view.js';
import type { Batch } from '../books/batch-book.js';
import { extractLineCodec } from '../books/bronze-lines.js';
import { fromRows } from '../books/codec.js';
import type { SourceFile } from './source-files.js';

/** A log batch's lines with their line ends, in order: together its exact bytes. */
export async function* storedLines(
  bronze: TableReader | undefined,
  { batchId }: Batch,
): AsyncGenerator<Uint8Array> {
  for (const file of await filesOf(bronze, batchId)) {
    const table = decodeParquet(await bronze!.read(file), ['batch_id', 'raw']);
    for (const { data } of table.batches) yield rawOf(data, batchId);
  }
}

/** A batch's files, in order; those of which nobody knows the batches too. */
async function filesOf(bronze: TableReader | undefined, batchId: string): Promise<readonly DataFile[]> {
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
export async function firstLineOf(bronze: TableReader | undefined, { batchId }: Batch): Promise<number> {
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

/** The lines of a batch that were records when it was taken in: what a line says does not tell. */
export async function recordLines(
  bronze: TableReader | undefined,
  { batchId }: Batch,
): Promise<ReadonlySet<number>> {
  const records = new Set<number>();
  for (const file of await filesOf(bronze, batchId)) {
    const table = decodeParquet(await bronze!.read(file), ['batch_id', 'line_number', 'is_record']);
    const [ids, numbers, areRecords] = [0, 1, 2].map((column) => table.getChildAt(column)!);
    for (let row = 0; row < table.numRows; row++)
      if (ids!.get(row) === batchId && areRecords!.get(row) === true) records.add(Number(numbers!.get(row)));
  }
  return records;
}

/** An extract's records, and its header. */
export async function storedRecords(
  bronze: TableReader | undefined,
  batchId: string,
): Promise<StoredExtract> {
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

/** The file that a batch came from, as far as the lake knows it. */
export const fileOfBatch = (batch: Batch): Omit<SourceFile, 'source'> => ({
  path: batch.fileName,
  name: batch.fileName,
  compressed: false,
  sizeBytes: batch.bytes,
});
