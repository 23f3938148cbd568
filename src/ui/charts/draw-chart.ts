// Draws charts: each kind once, for the report and for the page.

import type { DrawnChart, DrawnTable } from '../../lake/report/charts/drawn.js';
import { drawBridge } from './draw-bridge.js';
import { categoriesHeight, drawCategories } from './draw-categories.js';
import { drawHeatmap, heatmapHeight } from './draw-heatmap.js';
import { drawAreas, drawBars, drawLines } from './draw-series.js';
import { heightFor, type Drawing, type Size } from './plot-parts.js';

/** A chart that is drawn; a table is none. */
export type Drawable = Exclude<DrawnChart, DrawnTable>;

/** What the pointer is at: a point by its place in the chart, of a heat map a cell. */
export type Picked =
  | { readonly kind: 'point'; readonly at: number }
  | { readonly kind: 'cell'; readonly row: number; readonly column: number };

/** The least height of a chart at a width. */
export function heightOf(chart: Drawable, width: number): number {
  if (chart.kind === 'categories') return categoriesHeight(chart);
  return chart.kind === 'heatmap' ? heatmapHeight(chart) : heightFor(width);
}

/** The chart without the figures whose names are hidden. */
export function drawChart(chart: Drawable, size: Size, hidden: ReadonlySet<string> = new Set()): Drawing {
  switch (chart.kind) {
    case 'bar':
      return drawBars(chart, size, hidden);
    case 'line':
      return drawLines(chart, size, hidden);
    case 'area':
      return drawAreas(chart, size, hidden);
    case 'bridge':
      return drawBridge(chart, size, hidden);
    case 'categories':
      return drawCategories(chart, size, hidden);
    case 'heatmap':
      return drawHeatmap(chart, size);
  }
}

/** What the pointer of a drawing is at, if it is at something. */
export function pickedOf({ value }: Drawing): Picked | undefined {
  const { at, row, column } = (value ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof row === 'number' && typeof column === 'number') return { kind: 'cell', row, column };
  return typeof at === 'number' ? { kind: 'point', at } : undefined;
}
