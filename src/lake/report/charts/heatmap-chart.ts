// Shares by row and column. Pure.

import { columnOf, type HeatmapChart } from '../../../pipeline/define/spec/charts.js';
import type { RowRecord } from '../../read/row-set.js';
import { number, numberOrNull } from '../series.js';
import { nameOf, newest, grouped, shortName, wordsOf } from './columns.js';
import { type ChartTable, type DrawnHeatmap, LIMITS } from './drawn.js';

/** The chart of the newest rows. */
export function heatmapChart(chart: HeatmapChart, table: ChartTable, id: string): DrawnHeatmap {
  const { x, y, value, size, complete } = chart;
  const groups = grouped(table.rows, columnOf(y));
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
    ...wordsOf(
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
