// A log of lines into a batch: known, or read from where it grew, here or where its file lies.

import { LakeError } from '../../common/errors.js';
import type { WorkerPool } from '../../common/worker-pool.js';
import {
  parseLog,
  RangeCutter,
  takeRanges,
  type LogStart,
  type ParsedLog,
  type ParseLogOptions,
} from '../../records/hot-path.js';
import type { LogSource } from '../define/pipeline.js';
import type { Batch } from '../books/batch-book.js';
import type { Ledger, ResumePoint } from '../books/ledger.js';
import type { LogIntake, NamedLog } from './log-intake.js';
import { LogDigester, type LogDigest } from './log-digest.js';
import type { LogParser } from './log-parser.js';
import type { ReadBatch } from './read-batch.js';
import { readPieces } from './source-bytes.js';
import type { SourceFile } from './source-files.js';

/** What is known already, on which day it is read, and what parses it. */
export interface ReadOptions {
  readonly ledger: Ledger;
  /** Days since the epoch. */
  readonly ingestDate: number;
  /** Asked for once there is something to parse. */
  readonly pool: () => WorkerPool;
  readonly signal?: AbortSignal;
  /** Bytes of the files read so far, and of all of them. */
  readonly onBytes?: (read: number, total: number) => void;
  readonly intake: LogIntake;
  /** Parses logs elsewhere, those that it takes. */
  readonly elsewhere?: LogParser;
}

/** What reading one file needs of the others. */
export interface FileOptions extends ReadOptions {
  /** Hands over what is held of the logs that were read so far. */
  readonly letGo: () => Promise<void>;
}

/** So many times its size a compressed log may have, as far as is known before it is decompressed. */
const MOST_COMPRESSED = 20;

/** Reads what is new of a log, if anything is; a new batch is entered in the ledger. */
export async function readLog(file: SourceFile, source: LogSource, options: FileOptions): Promise<ReadBatch> {
  const { ledger, intake, ingestDate, elsewhere } = options;
  const name = source.contract.source;
  const likelyBytes = file.sizeBytes * (file.compressed ? MOST_COMPRESSED : 1);
  const isCut = elsewhere?.takes(file, file.sizeBytes) === true;
  const seen =
    mayBeKnown(file, name, ledger) || isCut || !intake.mayHold(likelyBytes)
      ? await digestLog(file, ledger.resumePoint(name, file.name), { ...options, isCut })
      : undefined;
  const known = seen && ledger.knownLog(name, file.name, seen.digest.whole);
  if (known !== undefined) return { kind: 'known', file, batch: known };
  const start = seen && resume(ledger.resumePoint(name, file.name), seen.digest);
  const byteOffset = start?.byteOffset ?? 0;
  const tail = start === undefined ? seen?.digest.whole : seen?.digest.tail;
  const named = tail && {
    batchId: ledger.batchId(name, file.name, byteOffset, tail.sha256),
    source,
    fileName: file.name,
    ingestDate,
  };
  const read =
    (named && seen && (await readElsewhere(file, named, { seen, start }, options))) ??
    (await readHere(file, named, { tail: tail?.bytes ?? likelyBytes, start }, options));
  const { parsed, digest } = read;
  if (seen !== undefined && seen.digest.whole.sha256 !== digest.whole.sha256) throw changedWhileRead(file);
  const batch = logBatch({ file, source: name, byteOffset, parsed, digest }, options);
  ledger.add(batch);
  return { kind: 'log', file, batch, source, parsed };
}

/** A log that was read to its end. */
interface ReadLog {
  readonly parsed: ParsedLog;
  readonly digest: LogDigest;
}

/** Lets the log be parsed elsewhere if that is possible; all of it is taken then, and nothing held. */
async function readElsewhere(
  file: SourceFile,
  named: NamedLog,
  { seen, start }: { readonly seen: SeenLog; readonly start: ResumePoint | undefined },
  options: FileOptions,
): Promise<ReadLog | undefined> {
  const { elsewhere, intake, letGo } = options;
  const { byteOffset } = start ?? WHOLE;
  if (elsewhere?.takes(file, file.sizeBytes - byteOffset) !== true) return undefined;
  const cutter =
    seen.cutter?.start.byteOffset === byteOffset ? seen.cutter : await cutLog(file, start ?? WHOLE, options);
  const cut = cutter.end();
  const ranges = await elsewhere.parse(file, named, cut);
  if (ranges === undefined) return undefined;
  intake.takeAll();
  await letGo();
  const parsed = await takeRanges(cut, ranges, (unit) => intake.take(named, unit));
  const { digest } = seen;
  return { parsed, digest: start === undefined ? { ...digest, tail: digest.whole } : digest };
}

/** Parses a log on the threads of this process; `tail`: how many bytes of it are new. */
async function readHere(
  file: SourceFile,
  named: NamedLog | undefined,
  { tail, start }: { readonly tail: number; readonly start: ResumePoint | undefined },
  options: FileOptions,
): Promise<ReadLog> {
  const { intake, letGo } = options;
  const isTaken = intake.mustTake(tail) && named !== undefined;
  if (isTaken) await letGo();
  return parseFrom(file, (named?.source ?? file.source) as LogSource, start, {
    ...options,
    ...(isTaken && { take: (unit) => intake.take(named, unit) }),
  });
}

/** The size of a compressed log tells nothing before it is decompressed. */
function mayBeKnown(file: SourceFile, source: string, ledger: Ledger): boolean {
  return file.compressed
    ? ledger.batches.some((batch) => batch.source === source)
    : ledger.mayKnowLog(source, file.name, file.sizeBytes);
}

function resume(point: ResumePoint | undefined, seen: LogDigest): ResumePoint | undefined {
  return point !== undefined && point.prefixSha256 === seen.beforeOffset ? point : undefined;
}

/** A log from its start. */
const WHOLE: LogStart = { byteOffset: 0, firstLine: 1 };

/** A log whose bytes were read once. */
interface SeenLog {
  readonly digest: LogDigest;
  /** Has its ranges, from where a log that grew would be read. */
  readonly cutter?: RangeCutter;
}

async function digestLog(
  file: SourceFile,
  start: ResumePoint | undefined,
  { isCut, signal }: Pick<ReadOptions, 'signal'> & { readonly isCut: boolean },
): Promise<SeenLog> {
  const digester = new LogDigester(start?.byteOffset ?? 0);
  const cutter = isCut ? new RangeCutter(start ?? WHOLE) : undefined;
  for await (const { piece, position } of placedPieces(file, { signal })) {
    digester.update(piece);
    cutter?.push(bytesFrom(piece, position, cutter.start.byteOffset));
  }
  return { digest: digester.digest(), ...(cutter && { cutter }) };
}

/** The ranges of a log that turned out to have another start. */
async function cutLog(file: SourceFile, start: LogStart, { signal }: ReadOptions): Promise<RangeCutter> {
  const cutter = new RangeCutter(start);
  for await (const { piece, position } of placedPieces(file, { signal }))
    cutter.push(bytesFrom(piece, position, start.byteOffset));
  return cutter;
}

/** The bytes of a file in pieces, each with where it lies, until the signal fires. `onRaw`: of bytes as the disk has them. */
async function* placedPieces(
  file: SourceFile,
  { signal, onRaw }: { readonly signal?: AbortSignal | undefined; readonly onRaw?: (bytes: number) => void },
): AsyncGenerator<{ readonly piece: Uint8Array; readonly position: number }> {
  let position = 0;
  for await (const piece of readPieces(file, onRaw)) {
    signal?.throwIfAborted();
    yield { piece, position };
    position += piece.length;
  }
}

/** The part of a piece, which lies at `position`, from `offset` on. */
const bytesFrom = (piece: Uint8Array, position: number, offset: number): Uint8Array =>
  piece.subarray(Math.min(piece.length, Math.max(0, offset - position)));

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
  { signal, onBytes }: ReadOptions,
): AsyncIterable<Uint8Array> {
  let onDisk = 0;
  const onRaw = (bytes: number): void => void (onDisk += bytes);
  for await (const { piece, position } of placedPieces(file, { signal, onRaw })) {
    const wanted = bytesFrom(piece, position, offset);
    if (wanted.length > 0) yield wanted;
    digester.update(piece);
    onBytes?.(onDisk, file.sizeBytes);
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

function changedWhileRead(file: SourceFile): LakeError {
  return new LakeError(
    'invalid-input',
    `${file.path}: the file changed while it was being read; expected the same bytes twice. Run again when its writer is done.`,
    { details: { path: file.path } },
  );
}
