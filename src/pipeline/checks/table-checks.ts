// What the metadata tells: tables that lost rows, and days far from all others.

import { daysOfIso, isoOfDays } from '../../common/calendar.js';
import { checkResult, type Checked, type CheckResult, type SampleCells } from './check-results.js';
import type { Pipeline } from '../define/pipeline.js';
import type { StagedTables } from '../stage/staged-tables.js';

const sourceRows: Checked = {
  name: 'source_rows_kept',
  severity: 'error',
  reason: 'An ingest adds records and changes states; it never takes a record or a key away.',
};

const derivedRows: Checked = {
  name: 'derived_rows_kept',
  severity: 'warn',
  reason:
    'A table made of others lost rows in an ingest: corrections move a few, anything more is worth a look.',
};

const farDays: Checked = {
  name: 'days_far_from_others',
  severity: 'warn',
  reason:
    'Records lie on days far from nearly all others, and stretch every series by day: settings can narrow the days that are accepted.',
};

/** Of the checks that count rows against the parent. */
export const rowCheckNames: readonly string[] = [sourceRows.name, derivedRows.name];

/** Of all checks of this file. */
export const tableCheckNames: readonly string[] = [...rowCheckNames, farDays.name];

/** Rows of a derived table that may go, as a share. */
const MAY_LOSE = 0.01;

/** Of an ingest. */
export async function tableChecks(pipeline: Pipeline, tables: StagedTables): Promise<readonly CheckResult[]> {
  const { sources, books, models, mayShrink } = pipeline;
  const read = [books.batches, ...sources.flatMap(({ bronze, table }) => [bronze, table])];
  const made = [...sources.flatMap(({ children }) => children), ...models];
  const derived = made.map(({ table }) => table).filter(({ name }) => !mayShrink.includes(name));
  const lost = async (names: readonly string[], share: number): Promise<readonly SampleCells[]> => {
    const counts = await Promise.all(
      names.map(async (table) => ({ table, ...(await tables.rowCounts(table)) })),
    );
    return counts
      .filter(({ before, after }) => before - after > share * before)
      .map(({ table, before, after }) => ({ table, rows_before: String(before), rows: String(after) }));
  };
  const lostSources = await lost(
    read.map(({ name }) => name),
    0,
  );
  const lostDerived = await lost(
    derived.map(({ name }) => name),
    MAY_LOSE,
  );
  return [
    checkResult(sourceRows, lostSources.length, 0, lostSources),
    checkResult(derivedRows, lostDerived.length, 0, lostDerived),
    await farDaysCheck(pipeline, tables),
  ];
}

/** The share of records that lies in the middle. */
const BULK = 0.99;

/** A month, or as long as the bulk itself, is not far. */
const NEAR_DAYS = 31;

async function farDaysCheck({ range }: Pipeline, tables: StagedTables): Promise<CheckResult> {
  if (range === null) return checkResult(farDays, 0, 0);
  const days = [...(await tables.partitionRows(range))]
    .map(([day, rows]) => ({ day: daysOfIso(day) ?? 0, rows }))
    .sort((a, b) => a.day - b.day);
  const [first, last] = bulkOf(days);
  const near = Math.max(NEAR_DAYS, last - first);
  const far = days.filter(({ day }) => day < first - near || day > last + near);
  const rows = far.reduce((sum, each) => sum + each.rows, 0);
  const sample = far.map(({ day, rows }): SampleCells => ({ date: isoOfDays(day), rows: String(rows) }));
  return checkResult(farDays, rows, 0, sample);
}

interface DayRows {
  readonly day: number;
  readonly rows: number;
}

/** The first and last day of the middle share of all rows. */
function bulkOf(days: readonly DayRows[]): readonly [first: number, last: number] {
  const total = days.reduce((sum, { rows }) => sum + rows, 0);
  const edge = (total * (1 - BULK)) / 2;
  return [dayAt(days, edge), dayAt(days.toReversed(), edge)];
}

/** The day on which the rows so far are more than `edge`. */
function dayAt(days: readonly DayRows[], edge: number): number {
  let sum = 0;
  for (const { day, rows } of days) {
    sum += rows;
    if (sum > edge) return day;
  }
  return 0;
}
