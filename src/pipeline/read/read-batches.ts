// Source files into batches: known ones recognised, new ones read (a log from where it grew), each numbered in the ledger.

import { createHash } from 'node:crypto';
import { parseExtract } from '../../records/hot-path.js';
import { isLineLog, type Source } from '../define/pipeline.js';
import type { Batch } from '../books/batch-book.js';
import type { ReadBatch } from './read-batch.js';
import { readLog, type FileOptions, type ReadOptions } from './read-log.js';
import { readWhole } from './source-bytes.js';
import type { SourceFile } from './source-files.js';

/** Reads files in their order; new batches are entered in the ledger. */
export async function readBatches(
  files: readonly SourceFile[],
  options: ReadOptions,
): Promise<readonly ReadBatch[]> {
  const total = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const batches: ReadBatch[] = [];
  let done = 0;
  const letGo = async (): Promise<void> => {
    for (const [b, batch] of batches.entries()) batches[b] = await options.intake.takeHeld(batch);
  };
  for (const file of files) {
    options.signal?.throwIfAborted();
    const onBytes = (read: number): void => options.onBytes?.(Math.min(total, done + read), total);
    batches.push(await readBatch(file, { ...options, onBytes, letGo }));
    done += file.sizeBytes;
  }
  options.onBytes?.(total, total);
  return batches;
}

function readBatch(file: SourceFile, options: FileOptions): Promise<ReadBatch> {
  const { source } = file;
  return isLineLog(source) ? readLog(file, source, options) : readWholeFile(file, source, options);
}

async function readWholeFile(file: SourceFile, source: Source, options: ReadOptions): Promise<ReadBatch> {
  const { ledger, ingestDate } = options;
  const name = source.contract.source;
  const isUtf16 = source.contract.csv?.encoding === 'utf-16';
  const bytes = await readWhole({ ...file, isUtf16 }, undefined);
  const content = { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
  const known =
    source.kind === 'log'
      ? ledger.knownLog(name, file.name, content)
      : ledger.knownExtract(name, file.name, content);
  if (known !== undefined) return { kind: 'known', file, batch: known };
  const { contract } = source;
  const parsed = await parseExtract(options.pool(), { contract, path: file.path, bytes });
  const batch: Batch = {
    batchId: ledger.batchId(name, file.name, 0, content.sha256),
    batchOrder: ledger.nextOrder(),
    source: name,
    fileName: file.name,
    byteOffset: 0,
    ...content,
    readBytes: content.bytes,
    readSha256: content.sha256,
    prefixBytes: content.bytes,
    prefixSha256: content.sha256,
    physicalLines: parsed.records,
    records: parsed.records,
    accepted: parsed.accepted,
    rejectedByReason: parsed.rejected,
    ingestDate,
  };
  ledger.add(batch);
  return { kind: 'extract', file, batch, source, parsed };
}
