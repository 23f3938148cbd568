// An explanation as it is used: of one row, with the values of its key in every statement.

import type { Origin } from '../../pipeline/define/spec/explanations.js';
import type { ScanFilter } from '../../table/scan.js';

/** The key of a row as results show it: whole numbers as numbers while a double holds them, all else as text. */
export type RowKey = Readonly<Record<string, string | number>>;

/** A query. Of tables in `files` only files that may meet the filter are read; of others all. */
export interface Statement {
  readonly sql: string;
  readonly files?: Readonly<Record<string, ScanFilter>>;
}

/** A statement whose rows make a cell. */
export interface RowsBehind extends Statement {
  /** The table that its rows are of. */
  readonly table: string;
  /** The type of SQL in which their column `contribution` adds up; undefined where they have a `value` instead. */
  readonly adds?: string;
  /** Columns that tell its rows apart. */
  readonly by: readonly string[];
  /** What was read to make these rows. */
  readonly origins: readonly Origin[];
}

/** How a cell is made. */
export type Making =
  /** The rows' `contribution` column adds up to the cell; of a count each row is one thing, 1. */
  | { readonly kind: 'sum' | 'count'; readonly about: string; readonly rows: RowsBehind }
  /** Of two other columns, or of parts that the table does not show: left / right (null without a divisor), left − right. */
  | {
      readonly kind: 'ratio' | 'difference';
      readonly about: string;
      readonly of: readonly [left: string, right: string];
    }
  /** The `value` of the one row. */
  | { readonly kind: 'value'; readonly about: string; readonly rows: RowsBehind }
  /** The `value` of the statement's one row; its other columns are the facts behind it. */
  | { readonly kind: 'flag'; readonly about: string; readonly facts: Statement };

/** How the columns of one row are made, in the order of the definition, what a column is made of after it. */
export type Makings = ReadonlyMap<string, Making>;
