// What `lake explain` answers.

import type { BronzeRecord } from './found-records.js';
import type { RowRecord, JsonValue } from '../read/row-set.js';
import type { OperationOptions, AtSnapshot } from '../operation-options.js';

/** Which row is asked about, and how much of what is behind it. */
export interface ExplainOptions extends AtSnapshot, Pick<OperationOptions, 'signal'> {
  /** `column=value` for each column of the table's key. */
  readonly where: readonly string[];
  /** Only this column, with what it is made of. */
  readonly column?: string;
  /** Rows to show behind a column, with the records behind those: 5 of one column, 2 of each of all, unless said. */
  readonly limit?: number;
  /** All rows behind a column. */
  readonly all?: boolean;
  /**
   * Bytes of what arrived that may be read for the records; any number unless said. Keys of records bound no file of it, so
   * that a search reads all that arrived of a source. Where that is more, the report has no records, and says how much it is.
   */
  readonly readAtMost?: number;
}

/** `lake explain TABLE --where …`. */
export interface ExplainReport {
  readonly snapshot: number;
  readonly table: string;
  /** The key that was asked for. */
  readonly where: RowRecord;
  /** The row that has it. */
  readonly row: RowRecord;
  /** Null for a table that records make, without SQL. */
  readonly model: ModelReport | null;
  /** Of a gold table: how its cells are made, those that were asked for first. */
  readonly columns: readonly ColumnExplanation[];
  /** Of columns of which nothing says how they are made; null where there are none. */
  readonly lineage: LineageReport | null;
  /** Of a table of silver: the records behind the row. */
  readonly records: readonly SourceRecord[];
  /** Bytes that a search for the records would read; only where that is more than was allowed. */
  readonly unreadBytes?: number;
  /** Of all records in the report, by batch. */
  readonly batches: Readonly<Record<string, BatchOrigin>>;
  /** What was checked on the table when the snapshot was made, and what failed on the tables behind it. */
  readonly checks: readonly CheckOnTable[];
}

/** What follows from a model's statement for a row of it, where nothing says how its cells are made. */
export interface LineageReport {
  /** Columns of inputs, `layer.table.column`, on which it depends which rows there are. */
  readonly rows: readonly string[];
  readonly columns: readonly ColumnMadeOf[];
  /** Each table that the model reads. */
  readonly inputs: readonly InputRows[];
}

/** A cell, and the columns of inputs that it is made of. */
interface ColumnMadeOf {
  readonly column: string;
  readonly cell: JsonValue;
  readonly madeOf: readonly string[];
}

/** The rows of an input that share the values of a row's key. They need not all count, nor be all that count. */
export interface InputRows {
  readonly table: string;
  /** Each must hold, in one of its columns. None: no column of the table holds a value of the key. */
  readonly shared: readonly (readonly SharedValue[])[];
  /** How many rows share all of these; of none shared all rows of the table. */
  readonly rows: number;
  /** The statement that gives them; null where nothing is shared. */
  readonly sql: string | null;
  /** The first of them. */
  readonly sample: readonly ExplainedRow[];
}

/** A value of the key in a column of an input. */
export interface SharedValue {
  readonly column: string;
  readonly value: string | number;
  /** The column of the key. */
  readonly of: string;
}

/** The model that makes a table. */
interface ModelReport {
  /** What the table means; null where nobody said. */
  readonly about: string | null;
  readonly sql: string;
  /** Tables that it reads. */
  readonly inputs: readonly string[];
}

/** How a cell is made. Members that a kind lacks are absent. */
export interface ColumnExplanation {
  readonly column: string;
  /** A figure behind others that the table does not show. */
  readonly isPart: boolean;
  readonly kind: 'sum' | 'count' | 'ratio' | 'difference' | 'value' | 'flag';
  readonly about: string;
  /** What the table says; of a part what the explanation gives. */
  readonly cell: JsonValue;
  /** What the explanation comes to. It differs from `cell` only by a bug. */
  readonly sum: JsonValue;
  /** Of a ratio or difference: the columns or parts that it is made of. */
  readonly of?: readonly [left: string, right: string];
  /** The table whose rows make the cell, their number, and the statement that gives them. */
  readonly from?: string;
  readonly rows?: number;
  readonly sql?: string;
  /** The rows, or the first of them: those that add most. */
  readonly sample?: readonly ExplainedRow[];
  /** Of a flag. */
  readonly facts?: RowRecord;
}

/** A row behind a cell. */
export interface ExplainedRow {
  /** Columns of silver, and what the row adds as `contribution`, or the cell as `value`. */
  readonly row: RowRecord;
  /** Behind the row, winners and losers alike. */
  readonly records: readonly SourceRecord[];
}

/** A record in bronze; its batch is in the report's `batches`. */
export type SourceRecord = BronzeRecord;

/** Where a batch came from, and the snapshot that brought it. */
export interface BatchOrigin {
  readonly batchId: string;
  readonly source: string;
  /** The file's name; `file` says the same. */
  readonly sourceFile: string;
  readonly file: string;
  /** `YYYY-MM-DD`. */
  readonly ingestDate: string;
  readonly bytes: number;
  readonly records: number;
  /** The snapshot that brought it; null when that has expired. */
  readonly snapshot: { readonly id: number; readonly committedAt: string } | null;
}

/** A check's result in short. */
export interface CheckOnTable {
  readonly name: string;
  readonly severity: 'error' | 'warn';
  readonly status: 'pass' | 'fail';
  readonly value: number | string;
  readonly expected: number | string;
}

/** `lake explain --why-changed TABLE --where … --since S`. */
export interface WhyChangedReport {
  readonly table: string;
  readonly where: RowRecord;
  readonly from: SideReport;
  readonly to: SideReport;
  /** Columns that differ, or those that were asked for, with the parts that they are made of. */
  readonly columns: readonly ColumnChange[];
  /** Bytes that a search for the records would read; only where that is more than was allowed. */
  readonly unreadBytes?: number;
  /** Of all records in the report, by batch. */
  readonly batches: Readonly<Record<string, BatchOrigin>>;
  /** Batches that only one of the two snapshots holds. */
  readonly newBatches: readonly string[];
}

/** The row in one of the two snapshots. */
export interface SideReport {
  readonly snapshot: number;
  readonly committedAt: string;
  /** Null where the table has no such row. */
  readonly row: RowRecord | null;
}

/** What became of a cell, and what moved it. */
export interface ColumnChange {
  readonly column: string;
  readonly isPart: boolean;
  readonly kind: ColumnExplanation['kind'];
  readonly about: string;
  readonly before: JsonValue;
  readonly after: JsonValue;
  /** Of a sum or count: `after` less `before`, which is what the changes come to; null for other kinds. */
  readonly change: JsonValue;
  readonly of?: readonly [left: string, right: string];
  readonly from?: string;
  /** Rows that came, went, or add something else. */
  readonly changed?: number;
  /** Which batches brought how many of them; absent where their records were not looked for. */
  readonly broughtBy?: BroughtBy;
  /** The changes, or the first of them: those that move the number most. */
  readonly sample?: readonly RowChange[];
}

/** Which batches moved a number. */
export interface BroughtBy {
  /** Changes whose records were looked up; with very many only the largest are. */
  readonly traced: number;
  /** Traced changes behind which a record of the batch stands, by batch; one may have records of several. */
  readonly batches: Readonly<Record<string, number>>;
  /** Traced changes behind which no record is new: another row, another day or other rules moved them. */
  readonly withoutNews: number;
}

/** A row that came, went, or adds something else. */
export interface RowChange {
  readonly kind: 'added' | 'removed' | 'changed';
  /** As it is; as it was for one that went. */
  readonly row: RowRecord;
  /** What it adds to the number now, less what it added before. */
  readonly change: JsonValue;
  /** The records behind it that the earlier snapshot did not hold; all of them where it held all. */
  readonly records: readonly SourceRecord[];
  /** Whether `records` are new. */
  readonly isNews: boolean;
}
