// Headline figures that answer: each with its value in the compared snapshot, in the period before, and over time.

import type { Figure } from '../../pipeline/define/spec/headline.js';
import type { LakeView } from '../../table/view.js';
import { definitionAt, viewAt, type Parts } from '../lake-context.js';
import { headlineAt, recordsOf, type Headline } from '../read/headline.js';
import type { RowRecord, RowSet } from '../read/row-set.js';
import { rows } from '../read/table-rows.js';

/** A figure with all that a reader would ask next. */
export interface FigureAnswer {
  readonly name: string;
  readonly about: string;
  /** Rounded for people. */
  readonly value: string | number | null;
  /** In the compared snapshot; undefined without one, or where that has no such figure. */
  readonly compared?: string | number | null;
  /** What it was before, and when that was, like `30 days before`. */
  readonly before?: { readonly value: number; readonly when: string };
  /** The newest values in the order of time; none of a figure that has none. */
  readonly trend: readonly TrendPoint[];
  /** Bounds that a good value keeps. */
  readonly target?: Figure['target'];
  /** The cell that it is, for an explanation; undefined where it is none. */
  readonly cell?: FigureCell;
}

/** A value of the past. */
export interface TrendPoint {
  readonly at: string;
  readonly value: number;
}

/** A cell of a table. */
interface FigureCell {
  readonly table: string;
  readonly column: string;
  /** `column=value` of the key. */
  readonly where: readonly string[];
}

/** What a snapshot says first. */
interface Answers {
  readonly lastDate: string | null;
  readonly figures: readonly FigureAnswer[];
}

/** Points of a trend, and how far back the period before lies. */
const POINTS = 90;
const PERIOD = 30;

/** The headline of a snapshot; `compare` is another one. */
export async function figureAnswers(
  parts: Parts,
  { snapshot, compare }: { readonly snapshot?: string; readonly compare?: string },
): Promise<Answers> {
  const view = await viewAt(parts, snapshot);
  const [found, other, tables] = await Promise.all([
    headlineAt(parts, view),
    compare === undefined ? undefined : viewAt(parts, compare).then((then) => headlineAt(parts, then)),
    tablesOf(parts, view),
  ]);
  const definitions = (await definitionAt(parts, view))?.headline ?? [];
  return {
    lastDate: found.lastDate,
    figures: found.figures.map((figure) => {
      const definition = definitions.find(({ name }) => name === figure.name);
      const compared = comparedValue(other, figure.name);
      return {
        ...figure,
        ...(compared !== undefined && { compared }),
        trend: [],
        ...(definition && answerOf(definition, tables)),
      };
    }),
  };
}

const comparedValue = (other: Headline | undefined, name: string): string | number | null | undefined =>
  other?.figures.find((figure) => figure.name === name)?.value;

/** A table with what tells its rows apart. */
interface FigureTable {
  readonly name: string;
  readonly columns: RowSet['columns'];
  readonly rows: readonly RowRecord[];
  readonly key: readonly string[];
}

/** The tables of the figures, each read once. */
async function tablesOf(parts: Parts, view: LakeView): Promise<ReadonlyMap<string, FigureTable>> {
  const pipeline = await definitionAt(parts, view);
  const names = (pipeline?.headline ?? []).flatMap((figure) => ('table' in figure ? [figure.table] : []));
  const snapshot = String(view.snapshot.snapshotId);
  const read = [...new Set(names)]
    .filter((name) => view.tables.includes(name))
    .map(async (name): Promise<readonly [string, FigureTable]> => {
      const key = pipeline?.table(name)?.definition.key ?? [];
      return [name, { name, key, ...(await recordsOf(await rows(parts, name, { snapshot }))) }];
    });
  return new Map(await Promise.all(read));
}

type Answer = Pick<FigureAnswer, 'trend' | 'before' | 'target' | 'cell'>;

function answerOf(figure: Figure, tables: ReadonlyMap<string, FigureTable>): Answer {
  const target = figure.target === undefined ? {} : { target: figure.target };
  const table = 'table' in figure ? tables.get(figure.table) : undefined;
  if (table === undefined || 'sql' in figure) return { trend: [], ...target };
  if ('sum' in figure) return { ...overSums(table, figure.sum, figure.last ?? table.rows.length), ...target };
  const [column = ''] = [figure.column].flat();
  const row = figure.row === 'last' ? table.rows.at(-1) : rowWith(table, figure.row);
  const cell = row && cellOf(table, column, row);
  const history =
    figure.row === 'last' && typeof figure.column === 'string' ? overRows(table, column) : { trend: [] };
  return { ...history, ...target, ...(cell && { cell }) };
}

const rowWith = (
  { rows: all }: FigureTable,
  wanted: Readonly<Record<string, string | number | boolean>>,
): RowRecord | undefined =>
  all.find((row) => Object.entries(wanted).every(([column, value]) => row[column] === value));

function cellOf({ name, key }: FigureTable, column: string, row: RowRecord): FigureCell | undefined {
  if (key.length === 0) return undefined;
  return { table: name, column, where: key.map((each) => `${each}=${String(row[each])}`) };
}

/** The value row by row, where rows go by a date. */
function overRows(table: FigureTable, column: string): Pick<Answer, 'trend' | 'before'> {
  const date = dateOf(table);
  if (date === undefined) return { trend: [] };
  const values = table.rows.map((row): TrendPoint => ({
    at: String(row[date]),
    value: Number(row[column] ?? 0),
  }));
  return { trend: values.slice(-POINTS), ...before(values, PERIOD, `${PERIOD} days before`) };
}

/** Sums of as many rows as the figure adds, ending at each of the newest rows. */
function overSums(table: FigureTable, column: string, last: number): Pick<Answer, 'trend' | 'before'> {
  const date = dateOf(table);
  if (date === undefined || last >= table.rows.length) return { trend: [] };
  const amounts = table.rows.map((row) => Number(row[column] ?? 0));
  const values: TrendPoint[] = [];
  let sum = 0;
  for (const [at, amount] of amounts.entries()) {
    sum += amount - (at >= last ? (amounts[at - last] ?? 0) : 0);
    if (at + 1 >= last)
      values.push({ at: String(table.rows[at]?.[date]), value: Math.round(sum * 100) / 100 });
  }
  return { trend: values.slice(-POINTS), ...before(values, last, `the ${last} days before`) };
}

function before(values: readonly TrendPoint[], rowsBack: number, when: string): Pick<Answer, 'before'> {
  const then = values.at(-1 - rowsBack);
  return then === undefined ? {} : { before: { value: then.value, when } };
}

/** The one column of the key, if it is a day. */
function dateOf({ key, columns }: FigureTable): string | undefined {
  const [only, ...more] = key;
  const type = columns.find(({ name }) => name === only)?.type;
  return more.length === 0 && type === 'DATE' ? only : undefined;
}
