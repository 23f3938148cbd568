// Charts of figures by name.

import * as Plot from '@observablehq/plot';
import type { DrawnCategories } from '../../lake/report/charts/drawn.js';
import { type Drawing, type Size, card, color, frame, linesOf, palette, playing } from './plot-parts.js';
import { clipped, writtenFigure } from './texts.js';

/** How high bars by name are, so that each has room for its number. */
export const categoriesHeight = ({ points, figures }: DrawnCategories): number =>
  30 + points.length * (8 + 16 * playing(figures, new Set(), 'y').length);

/** Bars by name. */
export function drawCategories(chart: DrawnCategories, size: Size, hidden: ReadonlySet<string>): Drawing {
  const isNarrow = size.width < 500;
  const { points, figures } = chart;
  const shown = playing(figures, hidden, 'y');
  const bars = points.flatMap(({ values }, at) =>
    shown.map((each) => ({
      at,
      figure: each.name,
      value: values[each.at] ?? null,
      written: writtenFigure(each, values[each.at] ?? null),
    })),
  );
  type Bar = (typeof bars)[number];
  const drawnBars = bars.filter(({ value }) => value !== null);
  const name = (index: number): string => clipped(points[index]?.name ?? '', isNarrow ? 14 : 24);
  return frame(size, {
    marginLeft: isNarrow ? 104 : 168,
    marginRight: 64,
    x: { axis: null },
    y: { axis: null, domain: shown.map((each) => each.name), padding: 0.08 },
    fy: { axis: null, domain: points.map((_, i) => i), padding: 0.3 },
    color: palette(shown),
    marks: [
      Plot.axisFy({ anchor: 'left', label: null, tickSize: 0, tickFormat: name }),
      Plot.barX(drawnBars, { fy: 'at', y: 'figure', x: 'value', fill: 'figure', rx2: 2 }),
      Plot.text(bars, {
        fy: 'at',
        y: 'figure',
        x: ({ value }: Bar) => Math.max(0, value ?? 0),
        text: 'written',
        textAnchor: 'start',
        dx: 5,
        fill: color('ink'),
      }),
      Plot.ruleX([0], { stroke: color('muted') }),
      Plot.tip(
        drawnBars,
        Plot.pointerY({
          fy: 'at',
          y: 'figure',
          x: 'value',
          title: (bar: Bar) =>
            [
              points[bar.at]?.name ?? '',
              ...linesOf(playing(figures, hidden, 'y', 'beside'), { values: points[bar.at]?.values ?? [] }),
            ].join('\n'),
          ...card,
        }),
      ),
    ],
  });
}
