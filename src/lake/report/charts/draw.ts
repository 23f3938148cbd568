// From a chart of the definition to one with its points: each kind of chart has a file of its own. Pure.

import { columnsOfChart, type Chart } from '../../../pipeline/define/spec/charts.js';
import { bridgeChart } from './bridge-chart.js';
import { categoryChart } from './category-chart.js';
import { isDate } from './columns.js';
import type { ChartTable, DrawnChart } from './drawn.js';
import { heatmapChart } from './heatmap-chart.js';
import { seriesChart } from './series-chart.js';
import { tableChart } from './table-chart.js';

/** The chart with its points; undefined where the table has not all of its columns. */
export function drawn(chart: Chart, table: ChartTable, at: number): DrawnChart | undefined {
  const has = new Set(table.columns.map(({ name }) => name));
  if (columnsOfChart(chart).some((column) => !has.has(column))) return undefined;
  const id = `chart-${at + 1}`;
  switch (chart.kind) {
    case 'bridge':
      return bridgeChart(chart, table, id);
    case 'heatmap':
      return heatmapChart(chart, table, id);
    case 'table':
      return tableChart(chart, table, id);
    case 'line':
    case 'area':
    case 'bar':
      return isDate(table, chart.x) ? seriesChart(chart, table, id) : categoryChart(chart, table, id);
  }
}

/** Which charts, by whether they ask for it, take a whole row of two: also one that would stand alone in its row. */
export function wideOf(asked: readonly boolean[]): readonly boolean[] {
  const wide = [...asked];
  let isRowBegun = false;
  for (const [at, isWide] of asked.entries()) {
    if (isWide && isRowBegun) wide[at - 1] = true;
    isRowBegun = !isWide && !isRowBegun;
  }
  if (isRowBegun) wide[asked.length - 1] = true;
  return wide;
}
