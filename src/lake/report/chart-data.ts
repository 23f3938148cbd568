// What the charts draw: of each kind of chart its points, of a bounded number however long the lake's history is. Pure.

import type {
  BridgeChart,
  Chart,
  ChartColumn,
  HeatmapChart,
  SeriesChart,
  TableChart,
} from '../../pipeline/define/charts.js';
import { visible } from '../../common/visible-text.js';
import type { RowRecord, RowSet } from '../read/row-set.js';
import { beginning } from './markup.js';
import {
  cents,
  number,
  numberOrNull,
  seriesOf,
  TRENDS,
  trailingMeans,
  type Period,
  type Step,
} from './series.js';

/** A table that is drawn. */
export interface ChartTable {
  readonly columns: RowSet['columns'];
  /** In the table's order. */
  readonly rows: readonly RowRecord[];
}

/** One of the figures of a chart. */
export interface DrawnFigure {
  readonly name: string;
  /** Money and ratios have two places. */
  readonly format: 'money' | 'whole';
  /** What it is to the chart; `beside` and `end` are not drawn. */
  readonly role: 'y' | 'below' | 'trend' | 'beside' | 'up' | 'down' | 'end';
  /** A colour of the style; null for what is not drawn. */
  readonly color: string | null;
}

interface Drawn {
  /** Of its place in the page. */
  readonly id: string;
  readonly title: string;
  readonly about: string;
  /** Of the table of its numbers. */
  readonly caption: string;
  readonly wide: boolean;
}

/** Figures by day, week, month or year. `values` are in the order of `figures`. */
export interface DrawnSeries extends Drawn {
  readonly kind: 'line' | 'area' | 'bar';
  readonly step: Step;
  /** The figures of bars stand on each other, instead of before each other. */
  readonly isStacked: boolean;
  readonly figures: readonly DrawnFigure[];
  readonly points: readonly { readonly date: string; readonly values: readonly (number | null)[] }[];
}

/** Figures by name, the largest first. */
export interface DrawnCategories extends Drawn {
  readonly kind: 'categories';
  readonly header: string;
  readonly figures: readonly DrawnFigure[];
  readonly points: readonly { readonly name: string; readonly values: readonly (number | null)[] }[];
}

/** Amounts that came and went, by period. */
export interface DrawnBridge extends Drawn {
  readonly kind: 'bridge';
  readonly figures: readonly DrawnFigure[];
  readonly points: readonly {
    readonly date: string;
    readonly isOver: boolean;
    readonly values: readonly (number | null)[];
  }[];
}

/** Shares by row and column. */
export interface DrawnHeatmap extends Drawn {
  readonly kind: 'heatmap';
  readonly header: string;
  readonly sizeHeader: string | null;
  readonly rows: readonly {
    readonly name: string;
    readonly size: number | null;
    /** From column 0 on; those that are not final come last. */
    readonly rates: readonly (number | null)[];
    /** How many are final. */
    readonly complete: number;
  }[];
}

/** Rows as they are. */
export interface DrawnTable extends Drawn {
  readonly kind: 'table';
  readonly columns: readonly { readonly name: string; readonly isNumber: boolean }[];
  readonly rows: readonly (readonly (string | number | null)[])[];
}

/** A chart with its points. */
export type DrawnChart = DrawnSeries | DrawnCategories | DrawnBridge | DrawnHeatmap | DrawnTable;

/** Periods, names, rows and columns that a chart shows. */
export const LIMITS = { periods: 36, names: 25, heatRows: 52, heatColumns: 53, rows: 60, splits: 7 } as const;

/** Code points of a name. */
const NAME_LENGTH = 40;

/** The chart with its points; undefined where the table has not all of its columns. */
export function drawn(chart: Chart, table: ChartTable, at: number): DrawnChart | undefined {
  const has = new Set(table.columns.map(({ name }) => name));
  if (columnsOf(chart).some((column) => !has.has(column))) return undefined;
  const id = `chart-${at + 1}`;
  switch (chart.kind) {
    case 'bridge':
      return bridge(chart, table, id);
    case 'heatmap':
      return heatmap(chart, table, id);
    case 'table':
      return tableOf(chart, table, id);
    case 'line':
    case 'area':
    case 'bar':
      return isDate(table, chart.x) ? series(chart, table, id) : categories(chart, table, id);
  }
}

function columnsOf(chart: Chart): readonly string[] {
  const some = (columns: ChartColumn | readonly ChartColumn[] | undefined): readonly string[] =>
    listOf(columns).map(columnOf);
  switch (chart.kind) {
    case 'bridge':
      return [chart.x, ...some(chart.up), ...some(chart.down), ...some(chart.end), ...some(chart.complete)];
    case 'heatmap':
      return [chart.x, chart.value, ...some(chart.y), ...some(chart.size), ...some(chart.complete)];
    case 'table':
      return some(chart.y);
    case 'line':
    case 'area':
    case 'bar':
      return [
        chart.x,
        ...some(chart.y),
        ...some(chart.color),
        ...some(chart.below),
        ...some(chart.trend),
        ...some(chart.by),
        ...some(chart.beside),
      ];
  }
}

const listOf = <Item>(items: Item | readonly Item[] | undefined): readonly Item[] =>
  items === undefined ? [] : Array.isArray(items) ? (items as readonly Item[]) : [items as Item];

const columnOf = (column: ChartColumn): string => (typeof column === 'string' ? column : column.column);

/** What a column is called: `net_revenue` is `Net revenue` unless the definition says otherwise. */
function nameOf(column: ChartColumn): string {
  if (typeof column !== 'string') return column.name;
  const words = column.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const typeOf = ({ columns }: ChartTable, column: string): string =>
  columns.find(({ name }) => name === column)?.type ?? '';

const isDate = (table: ChartTable, column: string): boolean => typeOf(table, column) === 'DATE';

const formatOf = (table: ChartTable, column: ChartColumn): DrawnFigure['format'] =>
  /^(BIGINT|INTEGER)$/.test(typeOf(table, columnOf(column))) ? 'whole' : 'money';

const rounded = (value: number, format: DrawnFigure['format']): number =>
  format === 'whole' ? Math.round(value) : cents(value);

/** What is said of every chart. */
function common(
  chart: Chart,
  id: string,
  steps: string,
  more = '',
): Pick<Drawn, 'id' | 'title' | 'about' | 'caption' | 'wide'> {
  const about = [`${chart.unit ?? chart.title}${steps}.`, chart.about ?? '', more].filter(
    (text) => text !== '',
  );
  return {
    id,
    title: chart.title,
    about: about.join(' '),
    caption: `${chart.title}${steps}`,
    wide: chart.wide === true,
  };
}

/** Says of a chart that holds all that it may that there was more. */
const newest = (count: number, limit: number): string => (count < limit ? '' : `, the newest ${limit}`);

// Series

/** A figure and how its number in a period is found. */
interface SeriesColumn {
  readonly figure: DrawnFigure;
  readonly of: (period: Period) => number;
}

function series(chart: SeriesChart, table: ChartTable, id: string): DrawnSeries {
  const { step, periods } = seriesOf(table.rows, chart.x);
  const fold = chart.fold ?? 'mean';
  const columns = seriesColumns(chart, table);
  const points = periods.map((period) => ({
    date: period.date,
    values: columns.map(({ of, figure }): number | null => rounded(of(period), figure.format)),
  }));
  const trend = trendOf(chart, table, step, periods);
  const steps =
    step === 'day'
      ? ', by day'
      : fold === 'mean'
        ? `: the mean day of each ${step}`
        : `, at the end of each ${step}`;
  return {
    kind: chart.kind,
    ...common(chart, id, steps),
    step,
    isStacked: chart.color !== undefined,
    figures: [...columns, ...trend].map(({ figure }) => figure),
    points: points.map(({ date, values }, at) => ({
      date,
      values: [...values, ...trend.map((each) => each.values[at] ?? null)],
    })),
  };
}

function seriesColumns(chart: SeriesChart, table: ChartTable): readonly SeriesColumn[] {
  const { x, y, color, below, beside, fold = 'mean' } = chart;
  const total = fold === 'mean' ? meanOf : lastOf;
  const column = (given: ChartColumn, role: DrawnFigure['role'], at: number): SeriesColumn => ({
    figure: {
      name: nameOf(given),
      format: formatOf(table, given),
      role,
      color: seriesColor(chart.kind, role, at),
    },
    of: (period) => total(period, x, columnOf(given)),
  });
  const shown = listOf(y).flatMap((given, at) =>
    color === undefined ? [column(given, 'y', at)] : split(chart, table, given, color),
  );
  return [
    ...shown,
    ...listOf(below).map((given, at) => column(given, 'below', at)),
    ...listOf(beside).map((given, at) => column(given, 'beside', at)),
  ];
}

/** A figure for each of the most frequent values of a column. */
function split(
  { x, fold = 'mean' }: SeriesChart,
  table: ChartTable,
  y: ChartColumn,
  color: string,
): readonly SeriesColumn[] {
  const total = fold === 'mean' ? meanOf : lastOf;
  const sums = new Map<string, number>();
  for (const row of table.rows) {
    const value = String(row[color] ?? '–');
    sums.set(value, (sums.get(value) ?? 0) + Math.abs(number(row[columnOf(y)])));
  }
  const values = [...sums].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).map(([value]) => value);
  const shown = values.slice(0, LIMITS.splits);
  const figure = (name: string, at: number, isOf: (value: string) => boolean): SeriesColumn => ({
    figure: {
      name: shortName(name),
      format: formatOf(table, y),
      role: 'y',
      color: `c${at + 1}`,
    },
    of: (period) => total(period, x, columnOf(y), (row) => isOf(String(row[color] ?? '–'))),
  });
  return [
    ...shown.map((value, at) => figure(value, at, (each) => each === value)),
    ...(values.length > shown.length
      ? [figure('others', shown.length, (each) => !shown.includes(each))]
      : []),
  ];
}

function seriesColor(kind: SeriesChart['kind'], role: DrawnFigure['role'], at: number): string | null {
  if (role === 'beside') return null;
  if (role === 'below') return 'down-1';
  return kind === 'bar' ? (['net', 'gross'][at] ?? `c${at + 1}`) : `c${at + 1}`;
}

function trendOf(
  { trend, x, y }: SeriesChart,
  table: ChartTable,
  step: Step,
  periods: readonly Period[],
): readonly { readonly figure: DrawnFigure; readonly values: readonly (number | null)[] }[] {
  if (trend === undefined) return [];
  const { points, name } = TRENDS[step];
  const drawnAs = listOf(y).find((column) => columnOf(column) === trend) ?? trend;
  const means = periods.map((period) => meanOf(period, x, trend));
  return [
    {
      figure: {
        name: `${nameOf(drawnAs)}, ${name}`,
        format: formatOf(table, trend),
        role: 'trend',
        color: 'trend',
      },
      values: trailingMeans(means, points),
    },
  ];
}

type Rows = (row: RowRecord) => boolean;
const all: Rows = () => true;

/** The sum of a period's rows by its days. */
function meanOf({ rows }: Period, x: string, column: string, isOf = all): number {
  const days = new Set(rows.map((row) => row[x])).size;
  return rows.filter(isOf).reduce((sum, row) => sum + number(row[column]), 0) / days;
}

/** The sum of the rows of a period's last day. */
function lastOf({ rows }: Period, x: string, column: string, isOf = all): number {
  const last = rows.at(-1)?.[x];
  return rows
    .filter((row) => row[x] === last && isOf(row))
    .reduce((sum, row) => sum + number(row[column]), 0);
}

// Names

function categories(chart: SeriesChart, table: ChartTable, id: string): DrawnCategories {
  const { x, y, beside, by } = chart;
  const shown = listOf(y);
  const size = by ?? columnOf(shown[0]!);
  const columns = [
    ...shown.map((column, at) => plainColumn(table, column, 'y', ['c1', 'c4'][at] ?? `c${at + 1}`)),
    ...listOf(beside).map((column) => plainColumn(table, column, 'beside', null)),
  ];
  const largest = table.rows.toSorted((a, b) => number(b[size]) - number(a[size])).slice(0, LIMITS.names);
  const more = table.rows.length > LIMITS.names ? `, the ${LIMITS.names} largest` : '';
  return {
    kind: 'categories',
    ...common(chart, id, more),
    header: nameOf(x),
    figures: columns.map(({ figure }) => figure),
    points: largest.map((row) => ({
      name: shortName(String(row[x] ?? '–')),
      values: columns.map(({ column, figure }) => roundedOrNull(row[column], figure.format)),
    })),
  };
}

/** A figure that is a column's value as it is. */
interface PlainColumn {
  readonly column: string;
  readonly figure: DrawnFigure;
}

const plainColumn = (
  table: ChartTable,
  column: ChartColumn,
  role: DrawnFigure['role'],
  color: string | null,
): PlainColumn => ({
  column: columnOf(column),
  figure: { name: nameOf(column), format: formatOf(table, column), role, color },
});

const shortName = (name: string): string => beginning(visible(name), NAME_LENGTH);

function roundedOrNull(value: RowRecord[string] | undefined, format: DrawnFigure['format']): number | null {
  const given = numberOrNull(value);
  return given === null ? null : rounded(given, format);
}

// Bridges

function bridge(chart: BridgeChart, table: ChartTable, id: string): DrawnBridge {
  const { x, up, down, end, complete } = chart;
  const columns = [
    ...up.map((column, at) => plainColumn(table, column, 'up', `up-${(at % 3) + 1}`)),
    ...down.map((column, at) => plainColumn(table, column, 'down', `down-${(at % 2) + 1}`)),
    plainColumn(table, end, 'end', null),
  ];
  const shown = table.rows.slice(-LIMITS.periods);
  return {
    kind: 'bridge',
    ...common(
      chart,
      id,
      newest(table.rows.length, LIMITS.periods),
      `Above the line what came, below it what went${complete === undefined ? '' : '; paler: not over'}.`,
    ),
    figures: columns.map(({ figure }) => figure),
    points: shown.map((row) => ({
      date: String(row[x]),
      isOver: complete === undefined || row[complete] === true,
      values: columns.map(({ column, figure }) => roundedOrNull(row[column], figure.format)),
    })),
  };
}

// Heat maps

function heatmap(chart: HeatmapChart, table: ChartTable, id: string): DrawnHeatmap {
  const { x, y, value, size, complete } = chart;
  const groups = new Map<string, RowRecord[]>();
  for (const row of table.rows) {
    const name = String(row[columnOf(y)] ?? '–');
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [row]);
    else group.push(row);
  }
  const rows = [...groups].slice(-LIMITS.heatRows).map(([name, cells]) => {
    const rates: (number | null)[] = [];
    for (const cell of cells) {
      const column = number(cell[x]);
      if (column < LIMITS.heatColumns) rates[column] = shareOf(cell[value]);
    }
    const isFinal = (cell: RowRecord): boolean => complete === undefined || cell[complete] === true;
    return {
      name: shortName(name),
      size: size === undefined ? null : number(cells[0]?.[columnOf(size)]),
      rates: Array.from(rates, (rate) => rate ?? null),
      complete: cells.filter((cell) => number(cell[x]) < LIMITS.heatColumns && isFinal(cell)).length,
    };
  });
  return {
    kind: 'heatmap',
    ...common(
      chart,
      id,
      newest(groups.size, LIMITS.heatRows),
      `The stronger the colour, the more of them${complete === undefined ? '' : '; framed: not over'}.`,
    ),
    header: nameOf(y),
    sizeHeader: size === undefined ? null : nameOf(size),
    rows,
  };
}

function shareOf(value: RowRecord[string] | undefined): number | null {
  const share = numberOrNull(value);
  return share === null ? null : Math.round(share * 1e4) / 1e4;
}

// Tables

function tableOf(chart: TableChart, table: ChartTable, id: string): DrawnTable {
  const columns = chart.y ?? table.columns.map(({ name }) => name);
  const rows = table.rows.slice(-LIMITS.rows);
  const more = table.rows.length > LIMITS.rows ? `, the last ${LIMITS.rows} rows` : '';
  return {
    kind: 'table',
    ...common(chart, id, more),
    columns: columns.map((column) => ({
      name: nameOf(column),
      isNumber: /^(BIGINT|INTEGER|DOUBLE|DECIMAL)/.test(typeOf(table, columnOf(column))),
    })),
    rows: rows.map((row) => columns.map((column) => cellOf(row[columnOf(column)] ?? null))),
  };
}

const cellOf = (value: RowRecord[string]): string | number | null =>
  typeof value === 'boolean' ? String(value) : typeof value === 'string' ? shortName(value) : value;
