// What a report draws, as a definition says it: a table, its columns, and the kind of chart. How each kind is drawn is the
// report's matter.

import type { Target } from './headline.js';

/** A chart of one table. */
export type Chart = SeriesChart | BridgeChart | HeatmapChart | TableChart;

/** What every chart has. */
interface ChartBase {
  readonly title: string;
  readonly table: string;
  /** What the numbers are: `USD`, `Users active on the day`. */
  readonly unit?: string;
  /** What else a reader should know. */
  readonly about?: string;
  /** As wide as the page. */
  readonly wide?: boolean;
}

/** A column to draw; the name for people is made of the column's unless said. Shares are written as percentages where that is said. */
export type ChartColumn =
  string | { readonly column: string; readonly name: string; readonly format?: 'percent' };

/**
 * Figures along `x`: by day where it is a date, else by what it says, the largest first. A column of text as `color` splits
 * each figure by its values.
 */
export interface SeriesChart extends ChartBase {
  readonly kind: 'line' | 'area' | 'bar';
  readonly x: string;
  readonly y: ChartColumn | readonly ChartColumn[];
  readonly color?: string;
  /** Of days that are drawn as one point: their mean, or the last of them. The mean unless said. */
  readonly fold?: 'mean' | 'last';
  /** Of bars: what is drawn below the line; not negative. */
  readonly below?: ChartColumn;
  /** Of bars: the column whose trailing mean is drawn over them. */
  readonly trend?: string;
  /** Of what is not a date: the column by which the largest are found; the first of `y` unless said. */
  readonly by?: string;
  /** Figures that are not drawn, but stand beside the others in the table and under the pointer. */
  readonly beside?: readonly ChartColumn[];
  /** Bounds that the figures should keep, drawn across. */
  readonly target?: Target;
}

/** What made a figure rise and fall, period by period; all columns are amounts, those that took away too. */
export interface BridgeChart extends ChartBase {
  readonly kind: 'bridge';
  /** The first day of each period. */
  readonly x: string;
  readonly up: readonly ChartColumn[];
  readonly down: readonly ChartColumn[];
  /** The figure at the end of the period. */
  readonly end: ChartColumn;
  /** Whether the period is over. */
  readonly complete?: string;
}

/** A share for each pair of `x` (whole numbers from 0) and `y`; the stronger the colour, the larger. */
export interface HeatmapChart extends ChartBase {
  readonly kind: 'heatmap';
  readonly x: string;
  readonly y: ChartColumn;
  /** From 0 to 1. */
  readonly value: string;
  /** How many the shares of a row are of. */
  readonly size?: ChartColumn;
  /** Whether the cell is final. */
  readonly complete?: string;
}

/** The last rows of a table as they are. */
export interface TableChart extends ChartBase {
  readonly kind: 'table';
  /** All columns unless said. */
  readonly y?: readonly ChartColumn[];
}

/** A column by itself, whatever it is called. */
export const columnOf = (column: ChartColumn): string =>
  typeof column === 'string' ? column : column.column;

/** One or several columns as several; nothing is none. */
export const listOf = (columns: ChartColumn | readonly ChartColumn[] | undefined): readonly ChartColumn[] => {
  if (columns === undefined) return [];
  return typeof columns === 'string' || 'column' in columns ? [columns] : columns;
};

/** The columns that a chart names. */
export function columnsOfChart(chart: Chart): readonly string[] {
  return namedBy(chart).flatMap(listOf).map(columnOf);
}

function namedBy(chart: Chart): readonly (ChartColumn | readonly ChartColumn[] | undefined)[] {
  switch (chart.kind) {
    case 'bridge':
      return [chart.x, chart.up, chart.down, chart.end, chart.complete];
    case 'heatmap':
      return [chart.x, chart.y, chart.value, chart.size, chart.complete];
    case 'table':
      return [chart.y];
    case 'line':
    case 'area':
    case 'bar':
      return [chart.x, chart.y, chart.color, chart.below, chart.trend, chart.by, chart.beside];
  }
}
