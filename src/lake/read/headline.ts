// The headline figures of a snapshot, and what became of them between two. Figures of rows and sums are read from the
// tables' files; an engine is started only for those that are statements.

import { isLakeError } from '../../common/errors.js';
import type { Figure, FigureOfRow, FigureOfSum } from '../../pipeline/define/spec/headline.js';
import type { LakeView } from '../../table/view.js';
import { definitionAt, type Parts } from '../lake-context.js';
import { unscaled } from './amount.js';
import { dateRangeIn } from './date-range.js';
import { cellOf } from './result-text.js';
import type { JsonValue, RowRecord, RowSet } from './row-set.js';
import { rows } from './table-rows.js';

/** A figure of the business, already rounded for people. */
export interface HeadlineFigure {
  readonly name: string;
  readonly value: string | number | null;
  /** What it means, in a few words. */
  readonly about: string;
}

/** A headline figure then and now. */
export interface FigureChange {
  readonly name: string;
  readonly then: string | number | null;
  readonly now: string | number | null;
  readonly about: string;
}

/** What a snapshot says first. */
export interface Headline {
  /** The last day of the data, ISO; null where the pipeline has none. */
  readonly lastDate: string | null;
  readonly figures: readonly HeadlineFigure[];
}

/** Of a lake of another pipeline: nothing is known of what its tables mean. */
const unknown: Headline = { lastDate: null, figures: [] };

/** The headline figures of a snapshot; those whose table it lacks are left out. */
export async function headlineAt(parts: Parts, view: LakeView): Promise<Headline> {
  const pipeline = await definitionAt(parts, view);
  if (pipeline === undefined) return unknown;
  const tables = new TableCache(parts, view);
  const [{ last }, ...figures] = await Promise.all([
    dateRangeIn(view, pipeline),
    ...(pipeline.headline ?? []).map((figure) => figureAt(parts, view, tables, figure)),
  ]);
  return { lastDate: last, figures: figures.flatMap((figure) => figure ?? []) };
}

async function figureAt(
  parts: Parts,
  view: LakeView,
  tables: TableCache,
  figure: Figure,
): Promise<HeadlineFigure | undefined> {
  const { name, about } = figure;
  if ('sql' in figure) return { name, value: await valueOfStatement(parts, view, figure.sql), about };
  const table = await tables.read(figure.table);
  if (table === undefined) return undefined;
  if ('sum' in figure) return { name, value: sumOf(table, figure), about };
  const row = rowOf(table, figure);
  return { name, value: valueOf(table, figure, row), about: withValues(about, table, row) };
}

/** A table as the figures read it. */
interface ReadTable {
  readonly columns: RowSet['columns'];
  /** In the table's order. */
  readonly rows: readonly RowRecord[];
}

/** Tables of a snapshot, each read once. */
class TableCache {
  readonly #read = new Map<string, Promise<ReadTable | undefined>>();

  constructor(
    private readonly parts: Parts,
    private readonly view: LakeView,
  ) {}

  /** Undefined where the snapshot has no such table. */
  read(name: string): Promise<ReadTable | undefined> {
    const known = this.#read.get(name);
    if (known !== undefined) return known;
    const table = this.#load(name);
    this.#read.set(name, table);
    return table;
  }

  async #load(name: string): Promise<ReadTable | undefined> {
    if (!this.view.tables.includes(name)) return undefined;
    const snapshot = String(this.view.snapshot.snapshotId);
    return recordsOf(await rows(this.parts, name, { snapshot }));
  }
}

/** All rows of a result by column; nested values are text. */
export async function recordsOf({ columns, rows: values }: RowSet): Promise<ReadTable> {
  const records: RowRecord[] = [];
  for await (const row of values)
    records.push(Object.fromEntries(columns.map(({ name }, i) => [name, cellOf(row[i] ?? null)])));
  return { columns, rows: records };
}

/** Undefined where there is none. */
function rowOf({ rows: all }: ReadTable, { row }: FigureOfRow): RowRecord | undefined {
  if (row === 'last') return all.at(-1);
  const wanted = Object.entries(row);
  return all.find((each) => wanted.every(([column, value]) => each[column] === value));
}

function valueOf(
  table: ReadTable,
  { column }: FigureOfRow,
  row: RowRecord | undefined,
): HeadlineFigure['value'] {
  if (row === undefined) return null;
  const shown = (name: string): HeadlineFigure['value'] => forPeople(row[name] ?? null, typeOf(table, name));
  if (typeof column === 'string') return shown(column);
  return column.map((name) => grouped(shown(name) ?? '–')).join(' / ');
}

/** Null where there are no rows. */
function sumOf(table: ReadTable, { sum, last = table.rows.length }: FigureOfSum): HeadlineFigure['value'] {
  if (table.rows.length === 0) return null;
  const values = table.rows.slice(-last).map((row) => row[sum] ?? null);
  const type = typeOf(table, sum);
  if (!type.startsWith('DECIMAL'))
    return forPeople(
      values.reduce<number>((total, value) => total + Number(value ?? 0), 0),
      type,
    );
  const { scale } = unscaled(values.find((value) => value !== null) ?? '0');
  const total = values.reduce((all, value) => all + unscaled(value ?? 0, scale).digits, 0n);
  return twoPlaces(total, scale);
}

async function valueOfStatement(parts: Parts, view: LakeView, sql: string): Promise<HeadlineFigure['value']> {
  const { query } = await import('./query.js');
  try {
    const { columns, rows: found } = await recordsOf(
      await query(parts, sql, { snapshot: String(view.snapshot.snapshotId) }),
    );
    const [column] = columns;
    return column === undefined ? null : forPeople(found[0]?.[column.name] ?? null, column.type);
  } catch (error) {
    if (isLakeError(error, 'not-found')) return null; // the snapshot has not all of the tables
    throw error;
  }
}

const typeOf = ({ columns }: ReadTable, name: string): string =>
  columns.find((column) => column.name === name)?.type ?? '';

/** Money and ratios to two places, half away from zero; the rest as it is. */
function forPeople(value: JsonValue, type: string): HeadlineFigure['value'] {
  if (value === null) return null;
  if (type === 'DOUBLE') return Number(value).toFixed(2);
  if (type.startsWith('DECIMAL')) {
    const { digits, scale } = unscaled(value);
    return twoPlaces(digits, scale);
  }
  return typeof value === 'boolean' ? String(value) : value;
}

/** Rounded half away from zero. */
function twoPlaces(digits: bigint, scale: number): string {
  const size = digits < 0n ? -digits : digits;
  const unit = 10n ** BigInt(Math.max(0, scale - 2));
  const hundredths = scale < 2 ? size * 10n ** BigInt(2 - scale) : (size + unit / 2n) / unit;
  const sign = digits < 0n ? '-' : '';
  return `${sign}${hundredths / 100n}.${String(hundredths % 100n).padStart(2, '0')}`;
}

/** `1,553`. */
const grouped = (value: string | number): string => String(value).replace(/\B(?=(\d{3})+$)/g, ',');

/** `:column` in a text as the row has it. */
function withValues(about: string, table: ReadTable, row: RowRecord | undefined): string {
  return about.replace(/:([a-z_][a-z0-9_]*)/g, (_, name: string) => {
    const value = row?.[name] ?? null;
    if (value !== null) return String(value);
    return typeOf(table, name) === 'DATE' ? 'no day' : '–';
  });
}

/** Every headline figure then and now. */
export function figureChanges(then: Headline, now: Headline): readonly FigureChange[] {
  const before = new Map(then.figures.map(({ name, value }) => [name, value]));
  return now.figures.map(({ name, value, about }) => ({
    name,
    then: before.get(name) ?? null,
    now: value,
    about,
  }));
}
