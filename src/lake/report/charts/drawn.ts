// A chart with its points, as the page holds it: what a section shows as numbers, and the script draws.

import type { RowRecord, RowSet } from '../../read/row-set.js';
import type { Step } from '../series.js';

/** A table that is drawn. */
export interface ChartTable {
  readonly columns: RowSet['columns'];
  /** In the table's order. */
  readonly rows: readonly RowRecord[];
}

/** One of the figures of a chart. */
export interface DrawnFigure {
  readonly name: string;
  /** Money and ratios have two places; a share of 0.123 is 12.3 percent. */
  readonly format: 'money' | 'whole' | 'percent';
  /** What it is to the chart; `beside` and `end` are not drawn. */
  readonly role: 'y' | 'below' | 'trend' | 'beside' | 'up' | 'down' | 'end';
  /** A colour of the style; null for what is not drawn. */
  readonly color: string | null;
}

/** What every chart has. */
export interface Drawn {
  /** Of its place in the page. */
  readonly id: string;
  readonly title: string;
  readonly about: string;
  /** Of the table of its numbers. */
  readonly caption: string;
  readonly wide: boolean;
}

/** Figures by day, week, month or year. `values` are in the order of `figures`. */
export interface DrawnSeries extends Drawn {
  readonly kind: 'line' | 'area' | 'bar';
  readonly step: Step;
  /** Bounds to draw across. */
  readonly target: { readonly min?: number; readonly max?: number };
  /** The figures of bars stand on each other, instead of before each other. */
  readonly isStacked: boolean;
  readonly figures: readonly DrawnFigure[];
  readonly points: readonly { readonly date: string; readonly values: readonly (number | null)[] }[];
}

/** Figures by name, the largest first. */
export interface DrawnCategories extends Drawn {
  readonly kind: 'categories';
  readonly header: string;
  readonly figures: readonly DrawnFigure[];
  readonly points: readonly { readonly name: string; readonly values: readonly (number | null)[] }[];
}

/** Amounts that came and went, by period. */
export interface DrawnBridge extends Drawn {
  readonly kind: 'bridge';
  readonly figures: readonly DrawnFigure[];
  readonly points: readonly {
    readonly date: string;
    readonly isOver: boolean;
    readonly values: readonly (number | null)[];
  }[];
}

/** Shares by row and column. */
export interface DrawnHeatmap extends Drawn {
  readonly kind: 'heatmap';
  readonly header: string;
  readonly sizeHeader: string | null;
  readonly rows: readonly {
    readonly name: string;
    readonly size: number | null;
    /** From column 0 on; those that are not final come last. */
    readonly rates: readonly (number | null)[];
    /** How many are final. */
    readonly complete: number;
  }[];
}

/** Rows as they are. */
export interface DrawnTable extends Drawn {
  readonly kind: 'table';
  readonly columns: readonly { readonly name: string; readonly isNumber: boolean }[];
  readonly rows: readonly (readonly (string | number | null)[])[];
}

/** A chart with its points. */
export type DrawnChart = DrawnSeries | DrawnCategories | DrawnBridge | DrawnHeatmap | DrawnTable;

/** Periods, names, rows and columns that a chart shows. */
export const LIMITS = { periods: 36, names: 25, heatRows: 52, heatColumns: 53, rows: 60, splits: 7 } as const;
