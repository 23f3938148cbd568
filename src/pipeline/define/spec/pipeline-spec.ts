// What a user of the machinery writes: sources, tables, models and checks, as data. `definePipeline` makes of it what
// the machinery uses. The machinery knows no word of any business.

import type { TableDefinition } from '../../../format/table-definition.js';
import type { Contract } from '../../../records/contract.js';
import type { BookNames } from '../../books/book-tables.js';
import type { Chart } from './charts.js';
import type { Limit } from './check-policy.js';
import type { Explanations } from './explanations.js';
import type { Figure } from './headline.js';
import type { ColumnLineage } from './lineage.js';

/**
 * How a change in an input reaches the output of a model; from this the machinery derives what must be made again.
 * Days and months are those of the date column that partitions the table (identity or month).
 */
export type Spread =
  /** An output row depends on one input row (same key) and on rows that it refers to (see `follow`). */
  | { readonly kind: 'rows' }
  /** Reads the rows that `silver.x`'s changed rows refer to: by `column`, the id of another row of the same table. */
  | { readonly kind: 'referenced'; readonly column: string }
  /** The output rows of a day depend on the input rows of that day. */
  | { readonly kind: 'days' }
  /** The output rows of month m depend on the input rows of the months m − before … m + after. */
  | { readonly kind: 'months'; readonly before: number; readonly after: number }
  /** A changed row of the input changes only output months from the month of its `column` (old or new value) on. */
  | { readonly kind: 'from'; readonly column: string }
  /** Anything may change everything. */
  | { readonly kind: 'table' };

/** A table that a model reads, and how a change in it spreads to the rows of the model. */
export interface ModelInput {
  /** The table that is read. */
  readonly table: string;
  /** The relation's name in the SQL; the table's name unless said. */
  readonly as?: string;
  /** Only these columns are read. */
  readonly columns: readonly string[];
  readonly spread: Spread;
}

/**
 * A table made by SQL. The statement reads its inputs by their names, and two relations that the machinery gives:
 * - `run.days(date)`: the days for which rows are wanted. A model whose output is partitioned by month makes rows only
 *   for these; otherwise it is every day from 1999-12-27 (a Monday) to 2099-12-31 and serves as the calendar.
 * - `run.event_range(first_date, last_date)`: one row; the first and the last day of the pipeline's `range` table, null when it is empty.
 * Its result has the table's columns, by name and in order.
 */
export interface Model {
  readonly table: TableDefinition;
  /** What the table means, for people. */
  readonly about?: string;
  readonly sql: string;
  readonly inputs: readonly ModelInput[];
  /** Whether the statement reads `run.event_range`. */
  readonly usesRange: boolean;
}

/** What every source has. */
interface CommonSpec {
  readonly contract: Contract;
  /** The name of the table that keeps what arrived. */
  readonly bronze: string;
  /** By days, by months or in one piece; sorted by its key. Columns and key are those of the contract. */
  readonly table: TableDefinition;
  /** The tables of the contract's children in their order: as `table`, of the children's columns and keys. */
  readonly childTables?: readonly TableDefinition[];
}

/** A log: its lines are kept as they arrived, `table` has one row per key, the losing variants lie beside the winners. */
export interface LogSpec extends CommonSpec {
  readonly kind: 'log';
  /** The name of the table of losing variants. */
  readonly conflicts: string;
}

/** An extract: the newest delivery of a key decides. */
interface ExtractSpec extends CommonSpec {
  readonly kind: 'extract';
}

/** Where records come from. */
export type SourceSpec = LogSpec | ExtractSpec;

/**
 * What must hold, or is worth a warning: a statement that returns the rows that are wrong, with columns by which a person
 * finds them, the key first. Their number is the check's value. Reads tables by name.
 */
export interface Check {
  /** In snake case; stable, since users set severities by it. */
  readonly name: string;
  readonly severity: 'error' | 'warn';
  /** One line: why it matters. */
  readonly reason: string;
  readonly sql: string;
  readonly tables: readonly string[];
  /** It compares whole tables; without, it can be asked of the partitions that were made again. */
  readonly whole?: boolean;
}

/** Bounds that every value of a column keeps, written as statistics of files have them (format §2); nulls keep any. */
export interface Bounds {
  readonly min?: string | number;
  readonly max?: string | number;
}

/** A check of the statistics of the files that a run writes: it costs no scan. */
export interface RangeCheck extends Pick<Check, 'name' | 'severity' | 'reason'> {
  readonly table: string;
  readonly columns: Readonly<Record<string, Bounds>>;
}

/** What is watched of runs. Each that reads something writes its figures into the books (books/run-entry.ts). */
export interface RunLog {
  /** Columns that count added rows of a log's table without a value. */
  readonly nulls: readonly ColumnOfRuns[];
  /** Columns that add up a column of a small table. */
  readonly sums: readonly ColumnOfRuns[];
  readonly metrics: readonly Metric[];
}

/** A column of the run log, and the column of another table that it is made of. */
export interface ColumnOfRuns {
  readonly column: string;
  readonly table: string;
  readonly of: string;
}

/** A figure of a run. */
export interface Metric {
  readonly name: string;
  /** What it is, in a few words. */
  readonly about: string;
  /** The column of the run log; of a rate the share of `by`. */
  readonly of: string;
  readonly by?: string;
  /** Against what it is judged: earlier runs, as a share or as a volume; or bounds alone. */
  readonly judged: 'rate' | 'volume' | 'bounds';
  /** Unless users say otherwise. */
  readonly limit?: Limit;
  /** It is out of bounds often: alerts tell of it only when it was not before, or when users set the bounds. */
  readonly isCommon?: boolean;
  /** The check that judges it, and why it matters. */
  readonly check: string;
  readonly reason: string;
}

/** A figure per day, judged against the same weekday of the weeks before. */
export interface DailySeries {
  readonly name: string;
  /** A sum of money varies with the number of things that it is a sum of, not with its size. */
  readonly kind: 'count' | 'money';
  readonly reason: string;
  /**
   * A statement with the columns `date`, `value` and `things`, how many the value counts or adds up; or the table whose
   * rows per partition are the figure.
   */
  readonly from:
    { readonly sql: string; readonly tables: readonly string[] } | { readonly partitionsOf: string };
}

/** The names of the tables that the machinery keeps for itself; unless said those of `defaultBookNames`. */
type BookNamesSpec = Partial<BookNames>;

/** What of the settings decided a pipeline's contracts: JSON, recorded with every run. */
export type RecordedSettings = Readonly<object>;

/** A whole pipeline, as it is written. What is left out is none. */
export interface PipelineSpec {
  /** Snapshots record it: a lake belongs to one pipeline. */
  readonly name: string;
  /** In the order in which their batches are numbered. */
  readonly sources: readonly SourceSpec[];
  /** Recorded with every run, so that the contracts of then can be made again. */
  readonly settings?: RecordedSettings;
  readonly books?: BookNamesSpec;
  /** In an order in which every model comes after its inputs. */
  readonly models?: readonly Model[];
  readonly checks?: readonly Check[];
  readonly ranges?: readonly RangeCheck[];
  readonly runs?: Partial<RunLog>;
  /** Judged as far as the days of `range` change. */
  readonly series?: readonly DailySeries[];
  /** Tables whose rows may go in an ingest, since that is good news. */
  readonly mayShrink?: readonly string[];
  /** The log's table whose first and last day `run.event_range` gives. */
  readonly range?: string;
  /** Which columns the models' columns are made of. */
  readonly lineage?: ColumnLineage;
  /** The figures that say how the business stands, in the order in which they are shown. */
  readonly headline?: readonly Figure[];
  /** What reports draw, in the order of the page. */
  readonly charts?: readonly Chart[];
  /** Where the numbers come from. */
  readonly explanations?: Explanations;
  /** The table that a newcomer should look at first. */
  readonly firstLook?: string;
}
