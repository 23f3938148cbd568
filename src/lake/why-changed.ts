// What moved a number between two snapshots: the rows of silver that came, went or add something else, which together are
// the change, and the records and batches that brought them.

import { LakeError } from '../common/errors.js';
import type { TableDefinition } from '../format/table-definition.js';
import type { Making, RowsBehind } from '../pipelines/saas/explain/explanation.js';
import type { LakeView } from '../table/view.js';
import { batchesMissing } from './batches.js';
import type { RowRecord } from './diff-results.js';
import { difference, explainCells, unscaled, type Makings } from './explain-columns.js';
import { namesBehind, originsOf, RecordFinder, rulesOf, type RecordName, type Rules } from './explain-records.js';
import type { ColumnChange, ColumnExplanation, RowChange, SideReport, WhyChangedReport } from './explain-results.js';
import { findRow, noSuchRow } from './explain-row.js';
import { ExplainSession } from './explain-session.js';
import { keyOf } from './explain-where.js';
import { explainable, makingsFor } from './explain.js';
import type { ExplainOptions, JsonValue } from './lake.js';
import { tableNamed, viewAt, type Parts } from './parts.js';

type WhyOptions = ExplainOptions & { readonly since: string };

/** Changes of a column that are shown, with their records. */
const SAMPLE = 5;

/** @throws LakeError like `explain`; `invalid-input` for a table that is not of gold */
export async function whyChanged(parts: Parts, name: string, options: WhyOptions): Promise<WhyChangedReport> {
  const [before, after] = await Promise.all([viewAt(parts, options.since), viewAt(parts, options.snapshot)]);
  const state = await tableNamed(after, name);
  const rules = await rulesOf(parts, after);
  const definition = goldTable(explainable(rules.pipeline, state.name));
  const key = keyOf(definition, options.where);
  const makings = makingsFor(definition, key, options.column);
  const rowIn = async (view: LakeView): Promise<RowRecord | null> => {
    const found = await view.table(definition.name);
    return (found && (await findRow(found, key))) ?? null;
  };
  const rows = { before: await rowIn(before), after: await rowIn(after) };
  if (rows.before === null && rows.after === null)
    throw await noSuchRow(state, key, after.snapshot.snapshotId);
  const sides: Sides = {
    before: { session: new ExplainSession(before, rules.pipeline), row: rows.before },
    after: { session: new ExplainSession(after, rules.pipeline), row: rows.after },
  };
  try {
    const missing = await batchesMissing(after, before);
    const newBatches = missing.map(({ batchId }) => batchId);
    const columns = await changedColumns(sides, makings, { rules, options, news: new Set(newBatches) });
    const records = columns.flatMap(({ sample = [] }) => sample.flatMap((each) => each.records));
    return {
      ...{ table: definition.name, where: key, columns, newBatches },
      ...{ from: sideReport(before, rows.before), to: sideReport(after, rows.after) },
      batches: await originsOf(parts, after, records),
    };
  } finally {
    await Promise.all([sides.before.session.close(), sides.after.session.close()]);
  }
}

function goldTable(definition: TableDefinition): TableDefinition {
  if (definition.name.startsWith('gold.')) return definition;
  throw new LakeError(
    'invalid-input',
    `--why-changed is for numbers of gold; for a row of ${definition.name} see "lake explain ${definition.name}" and "lake snapshot diff A B --rows --table ${definition.name}".`,
    { details: { table: definition.name } },
  );
}

const sideReport = ({ snapshot }: LakeView, row: RowRecord | null): SideReport => ({
  ...{ snapshot: snapshot.snapshotId, committedAt: snapshot.committedAt, row },
});

/** A row in one snapshot. */
interface Side {
  readonly session: ExplainSession;
  readonly row: RowRecord | null;
}

interface Sides {
  readonly before: Side;
  readonly after: Side;
}

interface Context {
  readonly rules: Rules;
  readonly options: WhyOptions;
  /** Batches that the earlier snapshot lacks. */
  readonly news: ReadonlySet<string>;
}

async function changedColumns(
  sides: Sides,
  makings: Makings,
  context: Context,
): Promise<readonly ColumnChange[]> {
  const [before, after] = await Promise.all([cellsOf(sides.before, makings), cellsOf(sides.after, makings)]);
  const columns: ColumnChange[] = [];
  for (const [name, made] of makings) {
    const [was, is] = [before.get(name), after.get(name)];
    const isAsked = name === context.options.column;
    if (!isAsked && (was?.sum ?? null) === (is?.sum ?? null)) continue;
    columns.push(await columnChange(sides, made, { name, was, is }, context));
  }
  return columns;
}

/** Of a row that is not there, none. */
async function cellsOf(
  { session, row }: Side,
  makings: Makings,
): Promise<ReadonlyMap<string, ColumnExplanation>> {
  const cells = row === null ? [] : await explainCells(session, makings, row);
  return new Map(cells.map((cell) => [cell.column, cell]));
}

interface Cells {
  readonly name: string;
  readonly was: ColumnExplanation | undefined;
  readonly is: ColumnExplanation | undefined;
}

async function columnChange(
  sides: Sides,
  made: Making,
  { name, was, is }: Cells,
  context: Context,
): Promise<ColumnChange> {
  const isPart = (is ?? was)?.isPart ?? false;
  return {
    ...{ column: name, isPart, kind: made.kind, about: made.about },
    ...{ before: was?.cell ?? null, after: is?.cell ?? null, change: changeOf(made.kind, was?.sum, is?.sum) },
    ...('of' in made && { of: made.of }),
    ...('rows' in made && (await rowChanges(sides, made.rows, context))),
  };
}

/** `after` less `before`, in the column's own form. */
function changeOf(kind: Making['kind'], before: JsonValue = null, after: JsonValue = null): JsonValue {
  if (kind === 'sum' || kind === 'difference') return difference(after, before);
  return kind === 'count' ? Number(after ?? 0) - Number(before ?? 0) : null;
}

async function rowChanges(
  sides: Sides,
  behind: RowsBehind,
  context: Context,
): Promise<Pick<ColumnChange, 'from' | 'changed' | 'sample'>> {
  const { limit = SAMPLE, all = false } = context.options;
  const [before, after] = [await rowsOf(sides.before, behind), await rowsOf(sides.after, behind)];
  const changes = changesBetween(before, after, behind.by);
  const shown = changes.slice(0, all ? undefined : limit);
  return { from: behind.table, changed: changes.length, sample: await withNews(sides, shown, behind, context) };
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
export function changesBetween(
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
      change === null ? was?.['value'] !== is?.['value'] : unscaled(change) !== 0n,
    )
    .sort((a, b) => sizeOf(b) - sizeOf(a));
}

/** Rows of counts add whole numbers, those of sums decimals; a value adds nothing. */
function changeOfRow(before: RowRecord | undefined, after: RowRecord | undefined): Change {
  const [was, is] = [before?.['contribution'], after?.['contribution']];
  if (was === undefined && is === undefined) return { before, after, change: null };
  const isCount = typeof (is ?? was) === 'number';
  return { before, after, change: changeOf(isCount ? 'count' : 'sum', was, is) };
}

const sizeOf = ({ change }: Change): number => Math.abs(Number(change ?? 0));

/** The changes with the records that brought them. */
async function withNews(
  { before, after }: Sides,
  changes: readonly Change[],
  { origins }: RowsBehind,
  { rules, options, news }: Context,
): Promise<readonly RowChange[]> {
  const names = mergedNames(
    await namesOf(before.session, changes.map((each) => each.before), origins),
    await namesOf(after.session, changes.map((each) => each.after), origins),
  );
  const finder = await RecordFinder.search(after.session.view, rules, names.flat(), options.signal);
  return changes.map((change, at) => {
    const all = finder.recordsOf(names[at] ?? []);
    const fresh = all.filter(({ batchId }) => news.has(batchId));
    const isNews = fresh.length > 0;
    return { ...rowChange(change), records: isNews ? fresh : all, isNews };
  });
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
  const there = rows.filter((row) => row !== undefined);
  const names = there.length === 0 ? [] : await namesBehind(session, there, origins);
  return rows.map((row) => (row === undefined ? [] : (names[there.indexOf(row)] ?? [])));
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
