// A file of corrections as a batch: entered in the ledger, its lines kept in bronze byte for byte.

import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { isoOfDays } from '../../common/calendar.js';
import { LakeError } from '../../common/errors.js';
import type { TableDefinition } from '../../format/table-definition.js';
import { rowsToTable } from '../../parquet/rows.js';
import type { Reasons } from '../stage/bronze-reasons.js';
import { CORRECTIONS, parseCorrections, placeKey, type CorrectionLine } from './corrections.js';
import type { Batch } from './batch-book.js';
import { toRows } from './codec.js';
import { correctionCodec, type CorrectionEntry } from './correction-book.js';
import { Ledger } from './ledger.js';
import type { Quarantined } from './quarantine-book.js';
import type { StagedTables } from '../stage/staged-tables.js';

/** What a corrections file brings that the lake does not hold yet. */
export interface AddedCorrections {
  readonly batch: Batch;
  readonly lines: readonly CorrectionLine[];
}

/** A file of corrected records as a user gave it, whole. */
export interface CorrectionsFile {
  readonly path: string;
  readonly bytes: Uint8Array;
  /** Days since the epoch. */
  readonly ingestDate: number;
}

/** Where a refused record lies, and of what it is one. */
type RefusedPlace = Pick<Quarantined, 'source' | 'batchId' | 'lineNumber'>;

/** What a lake knows of records that may be corrected; maps are by `placeKey`. */
interface CorrectableRecords {
  readonly batches: readonly Batch[];
  readonly quarantine: readonly Quarantined[];
  /** The records that are in the quarantine, as they arrived. */
  readonly originals: ReadonlyMap<string, Uint8Array>;
  /** What corrections of the lake made of the records that they replace. */
  readonly held: ReadonlyMap<string, readonly Uint8Array[]>;
}

/** What a corrections file holds. */
interface JudgedCorrections {
  /** Undefined where there is nothing new in it. */
  readonly added: AddedCorrections | undefined;
  /** Lines whose record is what it was: nobody corrected it, so that it stays refused. */
  readonly unchanged: number;
  /** Lines that the lake took in before. */
  readonly known: number;
}

/**
 * The file as the next batch. Its lines are kept byte for byte; only those with a new correction are records.
 * @throws LakeError `invalid-input` for a line that is no correction of a quarantined record, with file and line
 */
export function addedCorrections(
  { path, bytes, ingestDate }: CorrectionsFile,
  records: CorrectableRecords,
): JudgedCorrections {
  const all = parseCorrections(path, bytes);
  if (all.every(({ correction }) => correction === null))
    throw stranger(path, 'expected at least one corrected record, found none');
  const isKnown = ({ replaces, bytes: record }: Corrected): boolean =>
    records.held.get(placeKey(replaces))?.some((each) => equal(each, record)) === true;
  const isUnchanged = ({ replaces, bytes: record }: Corrected): boolean => {
    const original = records.originals.get(placeKey(replaces));
    return original !== undefined && (equal(original, record) || equal(shownBytes(original), record));
  };
  const unknown = withoutRecords(all, isKnown);
  refuseStrangers(path, unknown, records.quarantine);
  const lines = withoutRecords(unknown, isUnchanged);
  const [given, other, left] = [all, unknown, lines].map(
    (some) => some.filter(({ correction }) => correction !== null).length,
  ) as [number, number, number];
  const added = left === 0 ? undefined : batchOf({ path, bytes, ingestDate }, lines, records.batches);
  return { added, known: given - other, unchanged: other - left };
}

type Corrected = NonNullable<CorrectionLine['correction']>;

const withoutRecords = (
  lines: readonly CorrectionLine[],
  isOut: (corrected: Corrected) => boolean,
): readonly CorrectionLine[] =>
  lines.map((line) =>
    line.correction !== null && isOut(line.correction) ? { ...line, correction: null } : line,
  );

/** As the export shows a record that is not UTF-8: U+FFFD stands for bytes that nobody has corrected. */
const shownBytes = (record: Uint8Array): Uint8Array =>
  Buffer.from(Buffer.from(record.buffer, record.byteOffset, record.length).toString('utf8'));

const equal = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

function batchOf(
  { path, bytes, ingestDate }: CorrectionsFile,
  lines: readonly CorrectionLine[],
  batches: readonly Batch[],
): AddedCorrections {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const ledger = new Ledger(batches);
  const name = basename(path);
  const records = lines.filter(({ correction }) => correction !== null).length;
  const digest = { bytes: bytes.length, sha256 };
  const batch: Batch = {
    batchId: ledger.batchId(CORRECTIONS, name, 0, sha256),
    batchOrder: ledger.nextOrder(),
    source: CORRECTIONS,
    fileName: name,
    byteOffset: 0,
    ...digest,
    readBytes: bytes.length,
    readSha256: sha256,
    prefixBytes: bytes.length,
    prefixSha256: sha256,
    physicalLines: lines.length,
    records,
    accepted: records,
    rejectedByReason: {},
    ingestDate,
  };
  return { batch, lines };
}

/** Every new correction names a record that is in the quarantine now, and no other correction of the file names it. */
function refuseStrangers(
  path: string,
  lines: readonly CorrectionLine[],
  quarantine: readonly RefusedPlace[],
): void {
  const sources = new Map(quarantine.map((record) => [placeKey(record), record.source]));
  const seen = new Map<string, number>();
  for (const { lineNumber, correction } of lines) {
    if (correction === null) continue;
    const key = placeKey(correction.replaces);
    const source = sources.get(key);
    const place = `${path}, line ${lineNumber}`;
    const named = `line ${correction.replaces.lineNumber} of batch ${correction.replaces.batchId}`;
    if (source === undefined)
      throw stranger(
        place,
        `${named} is not in the quarantine: it was never refused, or is replaced already`,
      );
    if (source !== correction.source)
      throw stranger(place, `${named} is a record of ${source}, found source ${correction.source}`);
    const first = seen.get(key);
    if (first !== undefined)
      throw stranger(place, `${named} is corrected in line ${first} already; expected one correction each`);
    seen.set(key, lineNumber);
  }
}

const stranger = (place: string, problem: string): LakeError =>
  new LakeError('invalid-input', `${place}: ${problem}. Nothing was taken in; see "lake quarantine".`, {
    details: { place },
  });

/** Stages the new batch's lines, with what became of each. */
export async function writeCorrections(
  tables: StagedTables,
  bronze: TableDefinition,
  { batch, lines }: AddedCorrections,
  reasons: Reasons,
): Promise<void> {
  const ofBatch = reasons.get(batch.batchId);
  const { batchId, fileName: sourceFile, ingestDate } = batch;
  const entries = lines.map(({ lineNumber, raw, correction }): CorrectionEntry => ({
    batchId,
    sourceFile,
    lineNumber,
    raw,
    ingestDate,
    isRecord: correction !== null,
    reason: ofBatch?.get(lineNumber) ?? null,
    source: correction?.source ?? null,
    replacesBatchId: correction?.replaces.batchId ?? null,
    replacesLineNumber: correction?.replaces.lineNumber ?? null,
  }));
  const schema = tables.schema(bronze);
  const files = await tables.encode(bronze, rowsToTable(toRows(correctionCodec, entries, schema), schema));
  const named = files.map((file) => ({ ...file, batches: [batch.batchId] }));
  await tables.add(bronze, isoOfDays(batch.ingestDate), named);
}
