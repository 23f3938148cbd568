// Figures by day, or by week, month or year where there are too many days. Pure.

import {
  listOf,
  columnOf,
  type ChartColumn,
  type SeriesChart,
} from '../../../pipeline/define/spec/charts.js';
import type { RowRecord } from '../../read/row-set.js';
import { number, seriesOf, sumOf, TRENDS, trailingMeans, type Period, type Step } from '../series.js';
import { nameOf, formatOf, roundedOrNull, shortName, wordsOf } from './columns.js';
import { type ChartTable, type DrawnFigure, type DrawnSeries, LIMITS } from './drawn.js';

/** A figure and how its number in a period is found. */
interface SeriesColumn {
  readonly figure: DrawnFigure;
  /** Null where every value of the period is. */
  readonly of: (period: Period) => number | null;
}

/** The chart over the periods of its dates. */
export function seriesChart(chart: SeriesChart, table: ChartTable, id: string): DrawnSeries {
  const { step, periods, isFolded } = seriesOf(table.rows, chart.x);
  const fold = chart.fold ?? 'mean';
  const columns = seriesColumns(chart, table);
  const points = periods.map((period) => ({
    date: period.date,
    values: columns.map(({ of, figure }) => roundedOrNull(of(period), figure.format)),
  }));
  const trend = trendOf(chart, table, step, periods);
  return {
    kind: chart.kind,
    ...wordsOf(chart, id, isFolded ? foldedBy(step, fold) : `, by ${step}`),
    step,
    target: chart.target ?? {},
    isStacked: chart.color !== undefined,
    figures: [...columns, ...trend].map(({ figure }) => figure),
    points: points.map(({ date, values }, at) => ({
      date,
      values: [...values, ...trend.map((each) => each.values[at] ?? null)],
    })),
  };
}

const foldedBy = (step: Step, fold: 'mean' | 'last'): string =>
  fold === 'mean' ? `: the mean day of each ${step}` : `, at the end of each ${step}`;

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
  const means = periods.map((period) => meanOf(period, x, trend) ?? 0);
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
function meanOf({ rows }: Period, x: string, column: string, isOf = all): number | null {
  const days = new Set(rows.map((row) => row[x])).size;
  const sum = sumOf(rows.filter(isOf), column);
  return sum === null ? null : sum / days;
}

/** The sum of the rows of a period's last day. */
function lastOf({ rows }: Period, x: string, column: string, isOf = all): number | null {
  const last = rows.at(-1)?.[x];
  return sumOf(
    rows.filter((row) => row[x] === last && isOf(row)),
    column,
  );
}
