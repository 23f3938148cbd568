// Rows of silver that came, went or add something else between two snapshots, and the records that brought them.

import type { RowsBehind } from './explained.js';
import type { RowRecord, JsonValue } from '../read/row-set.js';
import { less } from '../read/amount.js';
import { RecordFinder, type Rules } from './explain-records.js';
import { namesBehind, type RecordName } from './record-names.js';
import type {
  BroughtBy,
  ColumnChange,
  ExplainOptions,
  RowChange,
  WhyChangedReport,
} from './explain-results.js';
import type { ExplainSession } from './explain-session.js';

/** A row in one snapshot. */
export interface Side {
  readonly session: ExplainSession;
  readonly row: RowRecord | null;
}

/** A row in the two snapshots that are compared. */
export interface Sides {
  readonly before: Side;
  readonly after: Side;
}

/** What the search for changes goes by. */
export interface ChangeContext {
  readonly rules: Rules;
  readonly options: Pick<ExplainOptions, 'column' | 'limit' | 'all' | 'signal' | 'readAtMost'>;
  /** Batches that the earlier snapshot lacks. */
  readonly news: ReadonlySet<string>;
}

/** Changes of a column that are shown. */
const SAMPLE = 5;
/** Changes of a column whose records are looked up. */
const TRACED = 1000;

/** What is said of the rows behind a cell; `unreadBytes` where their records were not looked for. */
export type ChangedRows = Pick<ColumnChange, 'from' | 'changed' | 'broughtBy' | 'sample'> &
  Pick<WhyChangedReport, 'unreadBytes'>;

/** The changes behind a cell, those that move it most first, and which batches brought them. */
export async function changedRows(
  sides: Sides,
  behind: RowsBehind,
  context: ChangeContext,
): Promise<ChangedRows> {
  const { limit = SAMPLE, all = false } = context.options;
  const [before, after] = [await rowsOf(sides.before, behind), await rowsOf(sides.after, behind)];
  const changes = changesBetween(before, after, behind.by);
  const shown = all ? changes.length : limit;
  const { traced, unreadBytes } = await withNews(
    sides,
    changes.slice(0, Math.max(shown, TRACED)),
    behind,
    context,
  );
  return {
    from: behind.table,
    changed: changes.length,
    ...(unreadBytes === undefined ? { broughtBy: broughtBy(traced, context) } : { unreadBytes }),
    sample: traced.slice(0, shown),
  };
}

function broughtBy(traced: readonly RowChange[], { news }: ChangeContext): BroughtBy {
  const batches: Record<string, number> = {};
  for (const { records } of traced)
    for (const batchId of new Set(records.map((record) => record.batchId)))
      if (news.has(batchId)) batches[batchId] = (batches[batchId] ?? 0) + 1;
  return { traced: traced.length, batches, withoutNews: traced.filter(({ isNews }) => !isNews).length };
}

const rowsOf = ({ session, row }: Side, behind: RowsBehind): Promise<readonly RowRecord[]> =>
  row === null ? Promise.resolve([]) : session.rows(behind);

/** A row as it was and as it is. */
interface Change {
  readonly before: RowRecord | undefined;
  readonly after: RowRecord | undefined;
  readonly change: JsonValue;
}

/** Rows whose part of the number differs, those that move it most first. */
function changesBetween(
  before: readonly RowRecord[],
  after: readonly RowRecord[],
  by: readonly string[],
): readonly Change[] {
  const keyOfRow = (row: RowRecord): string => JSON.stringify(by.map((column) => row[column]));
  const old = new Map(before.map((row) => [keyOfRow(row), row]));
  const now = new Map(after.map((row) => [keyOfRow(row), row]));
  return [...new Set([...old.keys(), ...now.keys()])]
    .map((key) => changeOfRow(old.get(key), now.get(key)))
    .filter(({ change, before: was, after: is }) =>
      change === null ? was?.['value'] !== is?.['value'] : Number(change) !== 0,
    )
    .sort((a, b) => sizeOf(b) - sizeOf(a));
}

/** Rows of counts add whole numbers, those of sums amounts of their type; a value adds nothing. */
function changeOfRow(before: RowRecord | undefined, after: RowRecord | undefined): Change {
  const [was, is] = [before?.['contribution'], after?.['contribution']];
  if (was === undefined && is === undefined) return { before, after, change: null };
  return { before, after, change: less(is ?? null, was ?? null) };
}

const sizeOf = ({ change }: Change): number => Math.abs(Number(change ?? 0));

/** The changes with the records that brought them. */
async function withNews(
  { before, after }: Sides,
  changes: readonly Change[],
  { origins }: RowsBehind,
  { rules, options, news }: ChangeContext,
): Promise<{ readonly traced: readonly RowChange[]; readonly unreadBytes: number | undefined }> {
  const names = mergedNames(
    await namesOf(
      before.session,
      changes.map((each) => each.before),
      origins,
    ),
    await namesOf(
      after.session,
      changes.map((each) => each.after),
      origins,
    ),
  );
  const finder = await RecordFinder.search(after.session.view, rules, names.flat(), options);
  const traced = changes.map((change, at) => {
    const all = finder.recordsOf(names[at] ?? []);
    const fresh = all.filter(({ batchId }) => news.has(batchId));
    const isNews = fresh.length > 0;
    return { ...rowChange(change), records: isNews ? fresh : all, isNews };
  });
  return { traced, unreadBytes: finder.unreadBytes };
}

function rowChange({ before, after, change }: Change): Pick<RowChange, 'kind' | 'row' | 'change'> {
  const kind = before === undefined ? 'added' : after === undefined ? 'removed' : 'changed';
  return { kind, row: after ?? before ?? {}, change };
}

/** Names behind the rows that are there. */
async function namesOf(
  session: ExplainSession,
  rows: readonly (RowRecord | undefined)[],
  origins: RowsBehind['origins'],
): Promise<readonly (readonly RecordName[])[]> {
  const there = rows.flatMap((row, at) => (row === undefined ? [] : [{ row, at }]));
  const found = await namesBehind(
    session,
    there.map(({ row }) => row),
    origins,
  );
  const names = new Map(there.map(({ at }, position) => [at, found[position] ?? []]));
  return rows.map((_, at) => names.get(at) ?? []);
}

function mergedNames(
  before: readonly (readonly RecordName[])[],
  after: readonly (readonly RecordName[])[],
): readonly (readonly RecordName[])[] {
  return after.map((names, at) => {
    const known = new Set(names.map((name) => JSON.stringify(name)));
    return [...names, ...(before[at] ?? []).filter((name) => !known.has(JSON.stringify(name)))];
  });
}
