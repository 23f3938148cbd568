// Figures by name, the largest first. Pure.

import { listOf, columnOf, type SeriesChart } from '../../../pipeline/define/spec/charts.js';
import { sumOf } from '../series.js';
import { nameOf, rounded, plainColumn, shortName, wordsOf, grouped } from './columns.js';
import { type ChartTable, type DrawnCategories, LIMITS } from './drawn.js';

/** The chart over the values of a column that is no date; rows of one value are added up. */
export function categoryChart(chart: SeriesChart, table: ChartTable, id: string): DrawnCategories {
  const { x, y, beside, by } = chart;
  const shown = listOf(y);
  const size = by ?? columnOf(shown[0]!);
  const columns = [
    ...shown.map((column, at) => plainColumn(table, column, 'y', ['c1', 'c4'][at] ?? `c${at + 1}`)),
    ...listOf(beside).map((column) => plainColumn(table, column, 'beside', null)),
  ];
  const groups = [...grouped(table.rows, x)];
  const sizeOf = ([, rows]: (typeof groups)[number]): number => sumOf(rows, size) ?? 0;
  const largest = groups.toSorted((a, b) => sizeOf(b) - sizeOf(a)).slice(0, LIMITS.names);
  const more = groups.length > LIMITS.names ? `, the ${LIMITS.names} largest` : '';
  return {
    kind: 'categories',
    ...wordsOf(chart, id, more),
    header: nameOf(x),
    figures: columns.map(({ figure }) => figure),
    points: largest.map(([name, rows]) => ({
      name: shortName(name),
      values: columns.map(({ column, figure }) => {
        const sum = sumOf(rows, column);
        return sum === null ? null : rounded(sum, figure.format);
      }),
    })),
  };
}
