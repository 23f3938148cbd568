// The few figures that say how a business stands, as a definition says them: values of tables, or of a statement.

/** A figure with its name, and what it means in a few words; `:column` in those stands for a value of the figure's row. */
export type Figure = {
  readonly name: string;
  readonly about: string;
  /** Bounds, inclusive, that a good value keeps. */
  readonly target?: Target;
} & (FigureOfRow | FigureOfSum | FigureOfStatement);

/** What is good: at least, at most, or both. */
export interface Target {
  readonly min?: number;
  readonly max?: number;
}

/** Values of one row. */
export interface FigureOfRow {
  readonly table: string;
  /** A column, or several whose values stand beside each other. */
  readonly column: string | readonly string[];
  /** The last row in the table's order, or the one that has these values. */
  readonly row: 'last' | Readonly<Record<string, string | number | boolean>>;
}

/** What a column adds up to. */
export interface FigureOfSum {
  readonly table: string;
  readonly sum: string;
  /** Only the last rows in the table's order; all unless said. */
  readonly last?: number;
}

/** The first value of a statement over the pipeline's tables. The only kind that needs an engine. */
interface FigureOfStatement {
  readonly sql: string;
}
