// Where numbers come from, as a definition says it: of each column of a table the rows that make it and what each of them
// adds, and of rows the way to the records behind them. In every text `:name` stands for a value: a column of the
// explained row's key, or one of the table's `days`.

/** What a definition says of where its numbers come from. */
export interface Explanations {
  /** By table: how its columns outside the key are made. */
  readonly columns: Readonly<Record<string, TableExplanation>>;
  /** By table: the ways from its rows to records. Rows of a source's own table have the record of their key unless said. */
  readonly records: Readonly<Record<string, readonly Origin[]>>;
}

/** How the columns of a table are made. */
export interface TableExplanation {
  /** Days that follow from the key, by name: expressions of SQL, or queries of one value. */
  readonly days?: Readonly<Record<string, string>>;
  /** By column; names that are no columns are parts of others. */
  readonly columns: Readonly<Record<string, ColumnMaking>>;
}

/** How a column is made; `about` says it to people. */
export type ColumnMaking = { readonly about: string } & (
  | MadeOfRows
  /** Left by right, as doubles; null without a divisor. The two are columns, or parts. */
  | { readonly ratio: readonly [left: string, right: string] }
  /** Left less right, exactly. */
  | { readonly difference: readonly [left: string, right: string] }
  | Flag
);

/** Rows that make a cell: `sum` is what each adds, `count` counts each as 1, `value` is the cell in the one row. */
export type MadeOfRows = RowsOfTable &
  ({ readonly sum: string } | { readonly count: 'rows' } | { readonly value: string });

/** Which rows: `SELECT select FROM from WHERE where GROUP BY group`. */
export interface RowsOfTable {
  /** The table whose rows they are. */
  readonly of: string;
  /** What to select from, where that is more than the table: joins, or a step of a model. */
  readonly from?: string;
  /** The table whose model's steps (common table expressions) `from` may read by their names. */
  readonly steps?: string;
  /** Columns to show; those of the table unless said. */
  readonly select?: string;
  readonly where?: string;
  readonly group?: string;
  /** Columns that tell the rows apart; the table's key unless said. */
  readonly by?: readonly string[];
  /** Files that need not be read, of tables that have many. */
  readonly files?: FileBounds;
  /** What was read to make these rows; the ways of the table unless said. */
  readonly records?: readonly Origin[];
}

/** By table and date column: the name of the one value that counts, or of the first and the last; other files are left out. */
export type FileBounds = Readonly<
  Record<string, Readonly<Record<string, string | readonly [first: string, last: string]>>>
>;

/** An expression that is true or false, and the facts behind it. */
export interface Flag {
  readonly flag: string;
  readonly facts: Readonly<Record<string, string>>;
  /** What the two are selected from; nothing unless said. */
  readonly from?: string;
}

/** The way from rows to records of a source. */
export type Origin = OriginByColumns | OriginByQuery;

/** The row's columns hold the record's key, in the order of the source's; where one is null there is no record. */
interface OriginByColumns {
  readonly source: string;
  readonly columns: readonly string[];
}

/**
 * A statement finds the records. It reads the relation `asked`: `row_number`, and columns of the rows as text, dates as
 * `YYYY-MM-DD`. It gives `row_number` and the columns of the source's key.
 */
export interface OriginByQuery {
  readonly source: string;
  readonly asks: readonly string[];
  /** Only of rows that have these values. */
  readonly when?: Readonly<Record<string, string>>;
  readonly sql: string;
  /** By table and column: the asked column whose values it may have; other files are left out. */
  readonly files?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** Whether rows make the column. */
export const isMadeOfRows = (making: ColumnMaking): making is MadeOfRows & { readonly about: string } =>
  'of' in making;
