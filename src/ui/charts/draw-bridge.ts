// Charts of what moves a figure.

import * as Plot from '@observablehq/plot';
import type { DrawnBridge } from '../../lake/report/charts/drawn.js';
import {
  type DatedPoint,
  type Drawing,
  type Size,
  amounts,
  dated,
  frame,
  grid,
  ground,
  inset,
  linesOf,
  palette,
  playing,
  times,
  tip,
  total,
} from './plot-parts.js';
import { monthName } from './texts.js';

/** The middle of a month, more or less. */
const midMonth = ({ date }: DatedPoint): Date => new Date(date.getTime() + 14 * 86_400_000);

/** What moved a figure up and down, month by month. */
export function drawBridge(chart: DrawnBridge, size: Size, hidden: ReadonlySet<string>): Drawing {
  const points = dated(chart.points);
  const room = inset(size.width, points.length);
  const moved = playing(chart.figures, hidden, 'up', 'down');
  const rising = playing(chart.figures, hidden, 'up');
  const bars = chart.points.flatMap(({ isOver, values }, at) =>
    moved.map((each) => ({
      date: points[at]?.date,
      figure: each.name,
      opacity: isOver ? 1 : 0.6,
      value: (each.role === 'up' ? 1 : -1) * (values[each.at] ?? 0),
    })),
  );
  return frame(size, {
    color: palette(moved),
    marks: [
      grid(),
      amounts(),
      times(size.width, 'month', points.length),
      Plot.rectY(bars, {
        x: 'date',
        interval: 'month',
        y: 'value',
        fill: 'figure',
        insetLeft: room,
        insetRight: room,
        fillOpacity: { value: 'opacity', scale: null } as unknown as string,
      }),
      ground(),
      tip(
        points,
        { x: midMonth, y: ({ values }) => total(rising.map(({ at }) => values[at] ?? 0)) },
        (point) => [
          monthName(point.date),
          ...linesOf(playing(chart.figures, hidden, 'up', 'down', 'end'), point),
        ],
      ),
    ],
  });
}
