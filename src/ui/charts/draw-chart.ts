// Draws charts: each kind once, for the report and for the page.

import type { DrawnChart, DrawnTable } from '../../lake/report/charts/drawn.js';
import { drawBridge } from './draw-bridge.js';
import { drawCategories } from './draw-categories.js';
import { drawHeatmap } from './draw-heatmap.js';
import { drawAreas, drawBars, drawLines } from './draw-series.js';
import type { Drawing } from './plot-parts.js';

/** A chart that is drawn; a table is none. */
export type Drawable = Exclude<DrawnChart, DrawnTable>;

/** What the pointer is at: a point by its place in the chart, of a heat map a cell. */
export type Picked =
  | { readonly kind: 'point'; readonly at: number }
  | { readonly kind: 'cell'; readonly row: number; readonly column: number };

/** How a chart is to be drawn. */
interface DrawOptions {
  readonly width: number;
  /** Names of figures that are left out. */
  readonly hidden?: ReadonlySet<string>;
}
/** The chart at a width. */
export function drawChart(chart: Drawable, { width, hidden = new Set() }: DrawOptions): Drawing {
  switch (chart.kind) {
    case 'bar':
      return drawBars(chart, width, hidden);
    case 'line':
      return drawLines(chart, width, hidden);
    case 'area':
      return drawAreas(chart, width, hidden);
    case 'bridge':
      return drawBridge(chart, width, hidden);
    case 'categories':
      return drawCategories(chart, width, hidden);
    case 'heatmap':
      return drawHeatmap(chart, width);
  }
}

/** What the pointer of a drawing is at, if it is at something. */
export function pickedOf({ value }: Drawing): Picked | undefined {
  const { at, row, column } = (value ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof row === 'number' && typeof column === 'number') return { kind: 'cell', row, column };
  return typeof at === 'number' ? { kind: 'point', at } : undefined;
}
