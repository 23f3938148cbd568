// What an explanation of a cell is, as data: the rows of silver that make it, what each adds, and the way from those
// rows to the records behind them. The statements lie beside the models and are checked against what the models made.

import { daysOfIso, isoOfDays } from '../../../common/calendar.js';
import type { TableDefinition } from '../../../format/table-definition.js';
import type { ScanFilter } from '../../../table/scan.js';

/** The key of a row: text, dates as `YYYY-MM-DD`, counts as numbers. */
export type RowKey = Readonly<Record<string, string | number>>;

/** A row of silver by column, values as JSON shows them. */
export type SilverRow = Readonly<Record<string, string | number | boolean | null>>;

/** A query, and the tables that it reads; of each only files that may meet the filter are needed. */
export interface Statement {
  readonly sql: string;
  readonly reads: readonly Read[];
}

export interface Read {
  /** `run.event_range` is not named: it is there for every statement that reads it. */
  readonly table: string;
  readonly where?: ScanFilter;
}

/** A statement whose rows make a cell. */
export interface RowsBehind extends Statement {
  /** The table that its rows are of. */
  readonly table: string;
  /** Columns that tell its rows apart. */
  readonly by: readonly string[];
  /** What was read to make these rows. */
  readonly origins: readonly Origin[];
}

/** The way from rows of silver to records: the keys of a source. */
export type Origin =
  /** The columns hold the key; rows in which one is null have none. */
  | { readonly kind: 'columns'; readonly source: string; readonly columns: readonly string[] }
  /** The statement gives `row_number` (the position of one of the rows, from 0) and the key's columns. */
  | {
      readonly kind: 'query';
      readonly source: string;
      readonly columns: readonly string[];
      /** Rows that it says nothing of are not asked; all are unless said. */
      readonly asks?: (row: SilverRow) => boolean;
      readonly statement: (rows: readonly SilverRow[]) => Statement;
    };

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
  /** The `value` of the one row; `otherwise` where there is no row. */
  | { readonly kind: 'value'; readonly about: string; readonly rows: RowsBehind }
  /** The `value` of the statement's one row; its other columns are the facts behind it. */
  | { readonly kind: 'flag'; readonly about: string; readonly facts: Statement };

/** A gold table: how each column outside the key is made, in a row; names that are no columns are parts of others. */
export interface TableExplanation {
  readonly table: TableDefinition;
  readonly columns: (key: RowKey) => Readonly<Record<string, Making>>;
}

/** Text as a literal of SQL. */
export const text = (value: string | number): string => `'${String(value).replaceAll("'", "''")}'`;

/** A day, ISO, as a literal of SQL. */
export const date = (day: string | number): string => `CAST(${text(day)} AS DATE)`;

/** A value of a row as a literal, null included. */
export const textOrNull = (value: SilverRow[string] | undefined): string =>
  value === null || value === undefined ? 'CAST(NULL AS STRING)' : text(String(value));
export const dateOrNull = (value: SilverRow[string] | undefined): string =>
  value === null || value === undefined ? 'CAST(NULL AS DATE)' : date(String(value));

/** A day so many days later, or earlier. */
export const dayAfter = (day: string, days: number): string => isoOfDays((daysOfIso(day) ?? 0) + days);

/** The last day of a day's month. */
export function monthEnd(day: string): string {
  const [year = '', month = ''] = day.split('-');
  const [nextYear, nextMonth] = month === '12' ? [Number(year) + 1, 1] : [Number(year), Number(month) + 1];
  return dayAfter(`${nextYear}-${String(nextMonth).padStart(2, '0')}-01`, -1);
}

/** Days from `first` to `last`, both included, as a filter. */
export const between = (first: string, last: string): ScanFilter[string] => [
  { op: '>=', value: first },
  { op: '<=', value: last },
];

export const dayOf = (key: RowKey, column: string): string => String(key[column]);
