// Corrections read back from bronze, and judged: which of them stand, and what became of each (see books/corrections.ts).

import { isUtf8 } from 'node:buffer';
import { sha256Now } from '../../common/sha256.js';
import type { WorkerPool } from '../../common/worker-pool.js';
import { judgeExtractRecord } from '../../records/extract/extract.js';
import type { FieldCount } from '../../records/field-counts.js';
import { parseLog, refusedLines, type ParsedLog } from '../../records/hot-path.js';
import type { JudgedRecord } from '../../records/elements.js';
import type { TableReader } from '../../table/view.js';
import {
  CORRECTIONS,
  CorrectionSet,
  correctionsOf,
  parseCorrections,
  placeKey,
  REPLACED,
  type Correction,
} from '../books/corrections.js';
import type { Batch } from '../books/batch-book.js';
import { isLineLog, type LogSource, type Pipeline, type Source } from '../define/pipeline.js';
import { refusedElement } from './read-fields.js';
import { fileOfBatch, recordLines, refuseOther, storedLines } from './stored-lines.js';
import {
  countOf,
  withCounts,
  type ReadBatch,
  type RefusedElement,
  type RefusedRecord,
} from './read-batch.js';

/** What corrections of records are found in. */
export interface CorrectionOptions {
  readonly pipeline: Pipeline;
  readonly pool: () => WorkerPool;
  /** A bronze table as the snapshot has it; undefined where it has none. */
  readonly bronze: (table: string) => TableReader | undefined;
  /** Corrections that bronze does not hold yet, in batches after all others. */
  readonly added?: readonly Correction[];
}

/** What became of corrections of extracts, by where they stand. */
export type Judgements = Map<string, JudgedRecord>;

/** Every correction that the lake holds, and those that are to come. */
export async function storedCorrections(
  batches: readonly Batch[],
  { pipeline, bronze, added = [] }: CorrectionOptions,
): Promise<CorrectionSet> {
  const stored = batches.filter(({ batchId }) => !added.some((correction) => correction.batchId === batchId));
  return new CorrectionSet([
    ...(await heldCorrections(stored, bronze(pipeline.books.corrections.name))),
    ...added,
  ]);
}

/**
 * The corrections of a lake, in the order of their batches.
 * @throws LakeError `corrupt` when bronze does not give what was read
 */
export async function heldCorrections(
  batches: readonly Batch[],
  bronze: TableReader | undefined,
): Promise<readonly Correction[]> {
  const held: Correction[] = [];
  for (const batch of batches) {
    if (batch.source !== CORRECTIONS) continue;
    const bytes = await joined(storedLines(bronze, batch));
    refuseOther(batch, bytes.length, sha256Now(bytes));
    const lines = parseCorrections(`${bronze?.name ?? ''}, batch ${batch.batchId}`, bytes);
    const records = await recordLines(bronze, batch);
    const corrections = lines.filter(({ lineNumber }) => records.has(lineNumber));
    held.push(...correctionsOf(batch.batchId, corrections));
  }
  return held;
}

/** What became of a batch of corrections: those that a later one replaced take no part. */
export async function correctionBatch(
  batch: Batch,
  corrections: CorrectionSet,
  judged: Judgements,
  options: CorrectionOptions,
): Promise<Extract<ReadBatch, { kind: 'corrections' }>> {
  const { batchId } = batch;
  const standing = corrections.standingIn(batchId);
  const logs = new Map<LogSource, ParsedLog>();
  const elements: RefusedElement[] = [];
  const refused = Array.from(corrections.replaced(batchId), (lineNumber): RefusedRecord => ({
    source: CORRECTIONS,
    lineNumber,
    reason: REPLACED,
    raw: '',
  }));
  for (const source of options.pipeline.sources) {
    const own = standing.filter((correction) => correction.source === source.contract.source);
    if (own.length === 0) continue;
    if (!isLineLog(source)) {
      refused.push(...own.flatMap((correction) => refusedOf(correction, judged)));
      elements.push(...own.flatMap((correction) => elementsOf(correction, judged)));
    } else {
      const parsed = withLinesOf(own, await parseCorrected(source, own, options));
      logs.set(source, parsed);
      elements.push(...parsed.refusedElements.map(refusedElement));
      refused.push(...Array.from(refusedLines(parsed), (line) => ({ ...line, ...standingAt(own, line) })));
    }
  }
  refused.sort((a, b) => a.lineNumber - b.lineNumber);
  const counts = countOf(refused.map(({ reason }) => reason));
  return {
    kind: 'corrections',
    file: fileOfBatch(batch),
    batch: withCounts(batch, counts),
    logs,
    refused,
    refusedElements: elements,
  };
}

function elementsOf(correction: Correction, judged: Judgements): readonly RefusedElement[] {
  const result = judged.get(placeKey(correction));
  const { lineNumber } = correction;
  return result?.ok === true
    ? result.refusedElements.map((element) => refusedElement({ ...element, lineNumber }))
    : [];
}

/** Each corrected record as a line of its own. Line breaks in it are white space, or the record is none. */
function parseCorrected(
  { contract }: LogSource,
  corrections: readonly Correction[],
  { pool }: CorrectionOptions,
): Promise<ParsedLog> {
  const lines = corrections.flatMap(({ bytes }) => [oneLine(bytes), Buffer.from('\n')]);
  return parseLog(pool(), { contract, firstLine: 1, pieces: onePiece(Buffer.concat(lines)) });
}

/** JSON has line breaks between its parts only, where a space means the same. */
function oneLine(record: Uint8Array): Uint8Array {
  if (!record.includes(LINE_FEED)) return record;
  const isOtherwiseWhole = !isUtf8(record) || isJson(record);
  return isOtherwiseWhole ? record.map((byte) => (byte === LINE_FEED ? 0x20 : byte)) : UNREADABLE;
}

function isJson(bytes: Uint8Array): boolean {
  try {
    JSON.parse(utf8.decode(bytes));
    return true;
  } catch {
    return false;
  }
}

const LINE_FEED = 0x0a;

/** Not blank, and no JSON. */
const UNREADABLE = Buffer.from('!');

async function* onePiece(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}

/** Fields are told of with the lines of the corrections file. */
function withLinesOf(corrections: readonly Correction[], parsed: ParsedLog): ParsedLog {
  const standing = (counts: readonly FieldCount[]): readonly FieldCount[] =>
    counts.map((count) => ({ ...count, lineNumber: standingAt(corrections, count).lineNumber }));
  const { unknownFields, nulledFields, refusedElements } = parsed;
  return {
    ...parsed,
    unknownFields: standing(unknownFields),
    nulledFields: standing(nulledFields),
    refusedElements: refusedElements.map((element) => ({
      ...element,
      lineNumber: standingAt(corrections, element).lineNumber,
    })),
  };
}

/** Where the n-th of some corrections stands. */
function standingAt(
  corrections: readonly Correction[],
  { lineNumber }: { readonly lineNumber: number },
): Pick<RefusedRecord, 'source' | 'lineNumber' | 'raw'> {
  const correction = corrections[lineNumber - 1];
  if (correction === undefined) throw new Error(`no correction is line ${lineNumber}`);
  return { source: correction.source, lineNumber: correction.lineNumber, raw: correction.text };
}

function refusedOf(correction: Correction, judged: Judgements): readonly RefusedRecord[] {
  const { source, lineNumber, text } = correction;
  const result = judged.get(placeKey(correction));
  if (result === undefined) throw new Error(`correction ${placeKey(correction)} was not judged`);
  return result.ok ? [] : [{ source, lineNumber, reason: result.reason, raw: text }];
}

async function joined(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** What a correction of an extract's record says, under the header of the file that the record was in. */
export function judgeCorrection(
  { contract }: Source,
  { bytes }: Correction,
  header: string | undefined,
): JudgedRecord {
  if (!isUtf8(bytes)) return { ok: false, reason: 'invalid_utf8' };
  return judgeExtractRecord(contract, utf8.decode(bytes), header);
}
