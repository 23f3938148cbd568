// The row that a run writes down of itself. It depends on what was read and on the ingest date, not on the clock.

import { daysOfIso, isoOfDays } from '../../common/calendar.js';
import { rowsToTable } from '../../parquet/rows.js';
import { totalOf } from '../../records/field-counts.js';
import type { FoldFigures } from '../../records/hot-path.js';
import type { Pipeline } from '../define/pipeline.js';
import type { ColumnOfRuns } from '../define/spec/pipeline-spec.js';
import { countOf, type ReadBatch } from '../read/read-batch.js';
import { unknownFieldsOf } from '../read/read-fields.js';
import { UNPARTITIONED } from '../stage/partitions.js';
import type { StagedTables } from '../stage/staged-tables.js';
import { toRows } from './codec.js';
import type { RunFigures } from './run-book.js';
import { runsCodec } from './runs-codec.js';

/** The runs of a lake: those before, oldest first, and this one. */
export interface RunHistory {
  readonly earlier: readonly RunFigures[];
  readonly run: RunFigures;
}

/** Days behind the newest known day from which on a row counts as late. */
const LATE_DAYS = 2;

/** Adds this run to the log and stages it; null for a run that read nothing new. */
export async function stageRun(
  pipeline: Pipeline,
  read: readonly ReadBatch[],
  folds: ReadonlyMap<string, FoldFigures>,
  tables: StagedTables,
): Promise<RunHistory | null> {
  const fresh = read.filter(({ kind }) => kind !== 'known');
  if (fresh.length === 0) return null;
  const { runs, books } = pipeline;
  const codec = runsCodec(pipeline);
  const earlier = await tables.entries(books.runs, codec);
  const run: RunFigures = {
    run: Number(earlier.at(-1)?.['run'] ?? 0) + 1,
    ...batchFigures(fresh),
    ...(await rowFigures(fresh, folds, tables)),
    ...(await freshness(fresh, tables)),
    ...Object.fromEntries(runs.nulls.map((each) => [each.column, nullsOf(each, folds)])),
    ...Object.fromEntries(await Promise.all(runs.sums.map((each) => sumOf(each, tables)))),
  };
  const schema = tables.schema(books.runs);
  const content = rowsToTable(toRows(codec, [...earlier, run], schema), schema);
  await tables.replace(books.runs, UNPARTITIONED, await tables.encode(books.runs, content));
  return { earlier, run };
}

function batchFigures(read: readonly ReadBatch[]): RunFigures {
  const batches = read.map(({ batch }) => batch);
  const sum = (of: (batch: (typeof batches)[number]) => number): number =>
    batches.reduce((total, batch) => total + of(batch), 0);
  const reasons = batches.flatMap(({ rejectedByReason }) => Object.entries(rejectedByReason));
  return {
    ingest_date: batches[0]?.ingestDate ?? 0,
    batches: batches.length,
    bytes: sum(({ bytes }) => bytes),
    records: sum(({ records }) => records),
    accepted: sum(({ accepted }) => accepted),
    rejected: sum(({ records, accepted }) => records - accepted),
    rejected_by_reason: JSON.stringify(summed(reasons)),
    records_by_source: JSON.stringify(summed(batches.map(({ source, records }) => [source, records]))),
    log_records: read.reduce((total, each) => total + logRecordsOf(each), 0),
    unknown_fields: read.reduce((total, each) => total + totalOf(unknownFieldsOf(each)), 0),
  };
}

/** Accepted records of a log. */
const logRecordsOf = (read: ReadBatch): number =>
  read.kind === 'log' || (read.kind === 'extract' && read.source.kind === 'log') ? read.parsed.accepted : 0;

/** Counts by name, in the order of the names. */
function summed(counts: readonly (readonly [string, number])[]): Readonly<Record<string, number>> {
  const names = Object.keys(countOf(counts.map(([name]) => name)));
  const total = (wanted: string): number =>
    counts.reduce((sum, [name, count]) => sum + (name === wanted ? count : 0), 0);
  return Object.fromEntries(names.map((name) => [name, total(name)]));
}

async function rowFigures(
  read: readonly ReadBatch[],
  folds: ReadonlyMap<string, FoldFigures>,
  tables: StagedTables,
): Promise<RunFigures> {
  const all = [...folds.values()];
  const total = (of: (fold: FoldFigures) => number): number => all.reduce((sum, fold) => sum + of(fold), 0);
  const accepted = read.reduce((sum, each) => sum + logRecordsOf(each), 0);
  const duplicates = total((fold) => fold.duplicates);
  const newKeys = total(({ addedRows, removedRows }) => addedRows - removedRows);
  const { last } = await tables.rangeBefore();
  const lateBefore = last === null ? null : dayBefore(last, LATE_DAYS - 1);
  return {
    duplicates,
    conflicts: accepted - duplicates - newKeys,
    new_rows: total(({ addedRows }) => addedRows),
    late_rows: lateBefore === null ? 0 : total((fold) => fold.addedBefore(lateBefore)),
  };
}

const dayBefore = (day: string, days: number): string => isoOfDays((daysOfIso(day) ?? 0) - days);

/** How old the newest day of the data was at ingest. */
async function freshness(read: readonly ReadBatch[], tables: StagedTables): Promise<RunFigures> {
  const { last } = await tables.range();
  const newest = last === null ? null : daysOfIso(last);
  const ingestDate = read[0]?.batch.ingestDate ?? 0;
  return { newest_date: newest, freshness_days: newest === null ? null : ingestDate - newest };
}

function nullsOf({ table, of }: ColumnOfRuns, folds: ReadonlyMap<string, FoldFigures>): number {
  const fold = folds.get(table);
  return fold === undefined ? 0 : fold.addedNulls(of);
}

async function sumOf(
  { column, table, of }: ColumnOfRuns,
  tables: StagedTables,
): Promise<readonly [string, number]> {
  const definition = tables.definition(table);
  const index = definition.columns.findIndex(({ name }) => name === of);
  const rows = await tables.rows(definition);
  return [column, rows.reduce((sum, row) => sum + Number(row[index] ?? 0), 0)];
}
