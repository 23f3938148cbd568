// What came and what went, period by period. Pure.

import type { BridgeChart } from '../../../pipeline/define/spec/charts.js';
import { newest, plainColumn, roundedOrNull, wordsOf } from './columns.js';
import { type ChartTable, type DrawnBridge, LIMITS } from './drawn.js';

/** The chart of the newest periods. */
export function bridgeChart(chart: BridgeChart, table: ChartTable, id: string): DrawnBridge {
  const { x, up, down, end, complete } = chart;
  const columns = [
    ...up.map((column, at) => plainColumn(table, column, 'up', `up-${(at % 3) + 1}`)),
    ...down.map((column, at) => plainColumn(table, column, 'down', `down-${(at % 2) + 1}`)),
    plainColumn(table, end, 'end', null),
  ];
  const shown = table.rows.slice(-LIMITS.periods);
  return {
    kind: 'bridge',
    ...wordsOf(
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
