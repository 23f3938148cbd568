// Charts of a figure over time.

import * as Plot from '@observablehq/plot';
import type { DrawnSeries } from '../../lake/report/charts/drawn.js';
import {
  type DatedPoint,
  type Drawing,
  type Playing,
  type Size,
  amounts,
  bounds,
  color,
  cursor,
  dated,
  frame,
  grid,
  ground,
  inset,
  largest,
  linesOf,
  palette,
  playing,
  times,
  tip,
  total,
  valueOf,
} from './plot-parts.js';
import { isoDay } from './texts.js';

/** How the plotting library names the steps of a series. */
const intervals = { day: 'day', week: 'monday', month: 'month', year: 'year' } as const;

/** Figures that stand on each other: one mark for each figure of each point. */
const parts = (points: readonly DatedPoint[], figures: readonly Playing[]) =>
  points.flatMap((point) =>
    figures.map((each) => ({ date: point.date, figure: each.name, value: point.values[each.at] })),
  );

/** Columns over days, weeks or months: beside or on each other, above and below the ground, a trend over them. */
export function drawBars(chart: DrawnSeries, size: Size, hidden: ReadonlySet<string>): Drawing {
  const points = dated(chart.points);
  const { figures } = chart;
  const [upper, below, trend] = [
    playing(figures, hidden, 'y'),
    playing(figures, hidden, 'below'),
    playing(figures, hidden, 'trend'),
  ];
  const room = inset(size.width, points.length);
  const bars = { x: 'date', interval: intervals[chart.step], insetLeft: room, insetRight: room } as const;
  const before = upper
    .toReversed()
    .map((each) => Plot.rectY(points, { ...bars, y: valueOf(each), fill: color(each.color ?? 'muted') }));
  const stacked = [Plot.rectY(parts(points, upper), { ...bars, y: 'value', fill: 'figure' })];
  const highest = ({ values }: DatedPoint): number => {
    const heights = upper.map(({ at }) => values[at] ?? 0);
    return chart.isStacked ? total(heights.filter((height) => height > 0)) : largest(heights);
  };
  return frame(size, {
    ...(chart.isStacked && { color: palette(upper) }),
    marks: [
      grid(),
      amounts(upper),
      times(size.width, chart.step, points.length),
      ...(chart.isStacked ? stacked : before),
      ...below.map((each) =>
        Plot.rectY(points, {
          ...bars,
          y: (point: DatedPoint) => -(point.values[each.at] ?? 0),
          fill: color(each.color ?? 'muted'),
        }),
      ),
      ground(),
      bounds(chart.target),
      ...trend.map((each) =>
        Plot.lineY(points, {
          x: 'date',
          y: valueOf(each),
          stroke: color(each.color ?? 'muted'),
          strokeWidth: 2,
        }),
      ),
      tip(points, { x: ({ date }) => date, y: highest }, (point) => [
        isoDay(point.date),
        ...linesOf(playing(figures, hidden, 'y', 'below', 'beside'), point),
      ]),
    ],
  });
}

/** Lines over days, weeks or months. */
export function drawLines(chart: DrawnSeries, size: Size, hidden: ReadonlySet<string>): Drawing {
  const points = dated(chart.points);
  const shown = playing(chart.figures, hidden, 'y');
  const line = (each: Playing): Plot.Markish =>
    Plot.lineY(points, { x: 'date', y: valueOf(each), stroke: color(each.color ?? 'muted'), strokeWidth: 2 });
  return frame(size, {
    y: { zero: true },
    marks: [
      grid(),
      amounts(shown),
      times(size.width, chart.step, points.length),
      ground(),
      bounds(chart.target),
      ...shown.toReversed().map(line),
      cursor(points),
      tip(
        points,
        { x: ({ date }) => date, y: ({ values }) => largest(shown.map(({ at }) => values[at] ?? 0)) },
        (point) => [isoDay(point.date), ...linesOf(playing(chart.figures, hidden, 'y', 'beside'), point)],
      ),
    ],
  });
}

/** Lines with what is below them filled, or areas on each other. */
export function drawAreas(chart: DrawnSeries, size: Size, hidden: ReadonlySet<string>): Drawing {
  const points = dated(chart.points);
  const shown = playing(chart.figures, hidden, 'y');
  const areas = shown.flatMap((each): readonly Plot.Markish[] => {
    const at = { x: 'date', y: valueOf(each) };
    const drawnIn = color(each.color ?? 'muted');
    return [
      Plot.areaY(points, { ...at, fill: drawnIn, fillOpacity: 0.14 }),
      Plot.lineY(points, { ...at, stroke: drawnIn, strokeWidth: 2 }),
    ];
  });
  const stacked = [
    Plot.areaY(parts(points, shown), { x: 'date', y: 'value', fill: 'figure', fillOpacity: 0.6 }),
  ];
  const height = ({ values }: DatedPoint): number => {
    const numbers = shown.map(({ at }) => values[at] ?? 0);
    return chart.isStacked ? total(numbers) : largest(numbers);
  };
  return frame(size, {
    y: { zero: true },
    ...(chart.isStacked && { color: palette(shown) }),
    marks: [
      grid(),
      amounts(shown),
      times(size.width, chart.step, points.length),
      ...(chart.isStacked ? stacked : areas),
      ground(),
      bounds(chart.target),
      cursor(points),
      tip(points, { x: ({ date }) => date, y: height }, (point) => [
        isoDay(point.date),
        ...linesOf(playing(chart.figures, hidden, 'y', 'beside'), point),
      ]),
    ],
  });
}
