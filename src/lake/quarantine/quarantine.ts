// What was refused: by source and reason, how often, since when, and one record of each.

import { isoOfDays } from '../../common/calendar.js';
import { entriesIn } from '../../pipeline/books/codec.js';
import { quarantineCodec } from '../../pipeline/books/quarantine-book.js';
import { batchesOf } from '../history/batches.js';
import { pipelineOf, viewAt, type Parts } from '../lake-context.js';
import { LakeError } from '../../common/errors.js';
import { nearMiss } from '../../common/near-miss.js';
import { CORRECTIONS } from '../../pipeline/books/corrections.js';
import type { Pipeline } from '../../pipeline/define/pipeline.js';
import type { LakeView } from '../../table/view.js';
import type { AtSnapshot } from '../operation-options.js';

/** Refused records: all, or those of a reason or a source. */
export interface QuarantineOptions extends AtSnapshot {
  readonly reason?: string;
  readonly source?: string;
}

/** `lake quarantine --json`. */
export interface QuarantineReport {
  readonly snapshot: number;
  readonly records: number;
  /** Most records first. */
  readonly groups: readonly QuarantineGroup[];
  /** The ingest dates of `trend`, oldest first: at most the newest 12. */
  readonly dates: readonly string[];
}

/** Refused records of one source and one reason. */
export interface QuarantineGroup {
  readonly source: string;
  /** The word of the tables for why a record was refused; `reason` says the same. */
  readonly rejectReason: string;
  readonly reason: string;
  readonly records: number;
  /** Of what was read of the source: 0 to 1. */
  readonly share: number;
  /** Ingest dates of the first and the last. */
  readonly first: string;
  readonly last: string;
  /** Records by ingest date, beside `dates`. */
  readonly trend: readonly number[];
  /** The first of them, by batch and line. */
  readonly sample: QuarantineSample;
}

/** A refused record, in the words of the tables; `file` and `line` say the same. */
export interface QuarantineSample {
  readonly sourceFile: string;
  /** 1-based, in the file. */
  readonly lineNumber: number;
  readonly file: string;
  readonly line: number;
  readonly batchId: string;
  /** Of an element of an accepted record: its place in the array, from 1; 0 for what should be an array and is none. */
  readonly element?: number;
  /** At most 4,096 code points. */
  readonly raw: string;
}

/** `lake quarantine --export`. */
export interface QuarantineExport {
  readonly snapshot: number;
  readonly path: string;
  readonly records: number;
  /** Elements of accepted records, which the file leaves out: their records are to be delivered again. */
  readonly elements: number;
  readonly bytes: number;
}

/** A row of the quarantine. */
export interface RefusedRow {
  readonly source: string;
  readonly file: string;
  readonly batchId: string;
  readonly line: number;
  /** As in `QuarantineSample`. */
  readonly element?: number;
  readonly reason: string;
  /** At most 4,096 code points. */
  readonly raw: string;
  readonly ingestDate: string;
}

/** Ingest dates that a trend shows. */
const TREND_DATES = 12;

/** @throws LakeError `not-found` for a reason or a source that no refused record has */
export async function quarantine(parts: Parts, options: QuarantineOptions): Promise<QuarantineReport> {
  const view = await viewAt(parts, options.snapshot);
  const { pipeline } = pipelineOf(parts);
  const rows = await chosenRows(view, pipeline, options);
  const dates = [...new Set(rows.map(({ ingestDate }) => ingestDate))].sort().slice(-TREND_DATES);
  const read = await recordsBySource(view, pipeline, rows);
  const groups = groupsOf(rows).map((group) => groupReport(group, dates, read));
  return {
    snapshot: view.snapshot.snapshotId,
    records: rows.length,
    dates,
    groups: groups.sort((a, b) => b.records - a.records || (a.reason < b.reason ? -1 : 1)),
  };
}

/**
 * The refused records that are asked for, in the order of the table.
 * @throws LakeError `not-found` for a reason or a source that none of them has
 */
export async function chosenRows(
  view: LakeView,
  pipeline: Pipeline,
  { reason, source }: QuarantineOptions,
): Promise<readonly RefusedRow[]> {
  const rows = await refusedRows(view, pipeline);
  refuseUnknown(
    'reason',
    reason,
    rows.map((row) => row.reason),
  );
  refuseUnknown(
    'source',
    source,
    rows.map((row) => row.source),
  );
  return rows.filter(
    (row) =>
      (reason === undefined || row.reason === reason) && (source === undefined || row.source === source),
  );
}

async function refusedRows(view: LakeView, { books }: Pipeline): Promise<readonly RefusedRow[]> {
  const records = await entriesIn(view, books.quarantine, quarantineCodec);
  return records.map(({ source, sourceFile, batchId, lineNumber, element, reason, raw, ingestDate }) => ({
    source,
    file: sourceFile,
    batchId,
    line: lineNumber,
    ...(element !== null && { element }),
    reason,
    raw,
    ingestDate: isoOfDays(ingestDate),
  }));
}

function refuseUnknown(what: string, given: string | undefined, found: readonly string[]): void {
  const known = [...new Set(found)].sort();
  if (given === undefined || known.includes(given)) return;
  const near = nearMiss(given, known);
  const hint = near === undefined ? `There are: ${known.join(', ') || 'none'}.` : `Did you mean ${near}?`;
  throw new LakeError('not-found', `No record in the quarantine has the ${what} ${given}. ${hint}`, {
    details: { [what]: given },
  });
}

function groupsOf(rows: readonly RefusedRow[]): readonly (readonly [RefusedRow, ...RefusedRow[]])[] {
  const groups = new Map<string, [RefusedRow, ...RefusedRow[]]>();
  for (const row of rows) {
    const key = JSON.stringify([row.source, row.reason]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return [...groups.values()];
}

function groupReport(
  group: readonly [RefusedRow, ...RefusedRow[]],
  dates: readonly string[],
  read: ReadonlyMap<string, number>,
): QuarantineGroup {
  const [sample] = group;
  const { source, reason, file, line, batchId, element, raw } = sample;
  const place = { sourceFile: file, lineNumber: line, file, line, batchId };
  const days = group.map(({ ingestDate }) => ingestDate).sort();
  return {
    source,
    rejectReason: reason,
    reason,
    records: group.length,
    share: group.length / Math.max(group.length, read.get(source) ?? 0),
    first: days[0] ?? '',
    last: days.at(-1) ?? '',
    trend: dates.map((date) => days.filter((day) => day === date).length),
    sample: { ...place, ...(element !== undefined && { element }), raw },
  };
}

/** What was read of each source. A correction stands for a record that was read before; elements are those that stand or are refused. */
async function recordsBySource(
  view: LakeView,
  pipeline: Pipeline,
  refused: readonly RefusedRow[],
): Promise<ReadonlyMap<string, number>> {
  const records = new Map<string, number>();
  const add = (source: string, count: number): void =>
    void records.set(source, (records.get(source) ?? 0) + count);
  for (const batch of await batchesOf(view, pipeline))
    if (batch.source !== CORRECTIONS) add(batch.source, batch.records);
  for (const { contract, table } of pipeline.sources.flatMap(({ children }) => children))
    add(contract.source, (await view.table(table.name))?.ref.rows ?? 0);
  for (const { source, element } of refused) if (element !== undefined) add(source, 1);
  return records;
}

/** Records in the quarantine by reason, in the order of the reasons' names. */
export async function refusedByReason(
  view: LakeView,
  pipeline: Pipeline,
): Promise<Readonly<Record<string, number>>> {
  const counts = new Map<string, number>();
  for (const { reason } of await refusedRows(view, pipeline))
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}
