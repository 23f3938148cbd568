// Source files into batches: known ones recognised, new ones read (a log from where it grew), each numbered in the ledger.

import { createHash } from 'node:crypto';
import { LakeError } from '../../common/errors.js';
import type { WorkerPool } from '../../common/worker-pool.js';
import { parseExtract, parseLog, type ParsedLog, type ParseLogOptions } from '../../records/hot-path.js';
import { isLineLog, type LogSource, type Source } from '../define/pipeline.js';
import type { Batch } from '../books/batch-book.js';
import type { Ledger, ResumePoint } from '../books/ledger.js';
import type { LogIntake } from './log-intake.js';
import { LogDigester, type LogDigest } from './log-digest.js';
import type { ReadBatch } from './read-batch.js';
import { readPieces, readWhole } from './source-bytes.js';
import type { SourceFile } from './source-files.js';

/** What is known already, on which day it is read, and what parses it. */
interface ReadOptions {
  readonly ledger: Ledger;
  /** Days since the epoch. */
  readonly ingestDate: number;
  /** Asked for once there is something to parse. */
  readonly pool: () => WorkerPool;
  readonly signal?: AbortSignal;
  /** Bytes of the files read so far, and of all of them. */
  readonly onBytes?: (read: number, total: number) => void;
  readonly intake: LogIntake;
}

/** What reading one file needs of the others. */
interface FileOptions extends ReadOptions {
  /** Hands over what is held of the logs that were read so far. */
  readonly letGo: () => Promise<void>;
}

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

/** So many times its size a compressed log may have, as far as is known before it is decompressed. */
const MOST_COMPRESSED = 20;

async function readLog(file: SourceFile, source: LogSource, options: FileOptions): Promise<ReadBatch> {
  const { ledger, intake, ingestDate } = options;
  const name = source.contract.source;
  const likelyBytes = file.sizeBytes * (file.compressed ? MOST_COMPRESSED : 1);
  const seen =
    mayBeKnown(file, name, ledger) || !intake.mayHold(likelyBytes)
      ? await digestLog(file, resumeOffset(file, name, ledger), options)
      : undefined;
  const known = seen && ledger.knownLog(name, file.name, seen.whole);
  if (known !== undefined) return { kind: 'known', file, batch: known };
  const start = seen && resume(ledger.resumePoint(name, file.name), seen);
  const byteOffset = start?.byteOffset ?? 0;
  const tail = start === undefined ? seen?.whole : seen?.tail;
  const isTaken = intake.mustTake(tail?.bytes ?? likelyBytes) && tail !== undefined;
  if (isTaken) await options.letGo();
  const take = isTaken && {
    batchId: ledger.batchId(name, file.name, byteOffset, tail.sha256),
    source,
    fileName: file.name,
    ingestDate,
  };
  const { parsed, digest } = await parseFrom(file, source, start, {
    ...options,
    ...(take && { take: (unit) => intake.take(take, unit) }),
  });
  if (seen !== undefined && seen.whole.sha256 !== digest.whole.sha256) throw changedWhileRead(file);
  const batch = logBatch({ file, source: name, byteOffset, parsed, digest }, options);
  ledger.add(batch);
  return { kind: 'log', file, batch, source, parsed };
}

/** The size of a compressed log tells nothing before it is decompressed. */
function mayBeKnown(file: SourceFile, source: string, ledger: Ledger): boolean {
  return file.compressed
    ? ledger.batches.some((batch) => batch.source === source)
    : ledger.mayKnowLog(source, file.name, file.sizeBytes);
}

const resumeOffset = (file: SourceFile, source: string, ledger: Ledger): number =>
  ledger.resumePoint(source, file.name)?.byteOffset ?? 0;

function resume(point: ResumePoint | undefined, seen: LogDigest): ResumePoint | undefined {
  return point !== undefined && point.prefixSha256 === seen.beforeOffset ? point : undefined;
}

async function digestLog(file: SourceFile, offset: number, options: ReadOptions): Promise<LogDigest> {
  const digester = new LogDigester(offset);
  for await (const piece of readPieces(file)) {
    options.signal?.throwIfAborted();
    digester.update(piece);
  }
  return digester.digest();
}

async function parseFrom(
  file: SourceFile,
  source: LogSource,
  start: ResumePoint | undefined,
  options: ReadOptions & Pick<ParseLogOptions, 'take'>,
): Promise<{ parsed: ParsedLog; digest: LogDigest }> {
  const digester = new LogDigester(start?.byteOffset ?? 0);
  const parsed = await parseLog(options.pool(), {
    contract: source.contract,
    firstLine: start?.firstLine ?? 1,
    pieces: piecesFrom(file, start?.byteOffset ?? 0, digester, options),
    ...(options.take && { take: options.take }),
  });
  return { parsed, digest: digester.digest() };
}

/** The bytes from `offset` on; all bytes pass through the digester. */
async function* piecesFrom(
  file: SourceFile,
  offset: number,
  digester: LogDigester,
  options: ReadOptions,
): AsyncIterable<Uint8Array> {
  let position = 0;
  let onDisk = 0;
  for await (const piece of readPieces(file, (bytes) => (onDisk += bytes))) {
    options.signal?.throwIfAborted();
    const skip = Math.min(piece.length, Math.max(0, offset - position));
    position += piece.length;
    if (skip < piece.length) yield piece.subarray(skip);
    digester.update(piece);
    options.onBytes?.(onDisk, file.sizeBytes);
  }
}

/** A log that was read from `byteOffset` on. */
interface LogRead {
  readonly file: SourceFile;
  readonly source: string;
  readonly byteOffset: number;
  readonly parsed: ParsedLog;
  readonly digest: LogDigest;
}

function logBatch(
  { file, source, byteOffset, parsed, digest }: LogRead,
  { ledger, ingestDate }: ReadOptions,
): Batch {
  const { tail, whole, prefix } = digest;
  return {
    batchId: ledger.batchId(source, file.name, byteOffset, tail.sha256),
    batchOrder: ledger.nextOrder(),
    source,
    fileName: file.name,
    byteOffset,
    bytes: tail.bytes,
    sha256: tail.sha256,
    readBytes: whole.bytes,
    readSha256: whole.sha256,
    prefixBytes: prefix.bytes,
    prefixSha256: prefix.sha256,
    physicalLines: parsed.physicalLines,
    records: parsed.records,
    accepted: parsed.accepted,
    rejectedByReason: parsed.rejected,
    ingestDate,
  };
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

function changedWhileRead(file: SourceFile): LakeError {
  return new LakeError(
    'invalid-input',
    `${file.path}: the file changed while it was being read; expected the same bytes twice. Run again when its writer is done.`,
    { details: { path: file.path } },
  );
}
