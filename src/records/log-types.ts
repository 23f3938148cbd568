// What goes into the hot path of logs and what comes out of it.

import type { Table } from 'apache-arrow';
import type { EncodedDataFile } from '../format/data-file.js';
import type { Schema } from '../format/schema.js';
import type { IndexedKeys, TableDefinition } from '../format/table-definition.js';
import type { WantedKeys } from '../format/wanted-keys.js';
import type { Contract } from './contract.js';
import type { RefusedLineElement } from './elements.js';
import type { FieldCount } from './field-counts.js';
import type { FoldState } from './fold/fold-state.js';
import type { LineUnit } from './scan/line-units.js';
import type { RowBlock } from './rows/row-block.js';

// ── Parse ────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** What parsing a log takes. */
export interface ParseLogOptions {
  readonly contract: Contract;
  /** The (decompressed) bytes, cut anywhere; a piece may be reused by its owner once the next one is asked for. */
  readonly pieces: AsyncIterable<Uint8Array>;
  /** The 1-based physical number of the first line. */
  readonly firstLine: number;
  /** Called with the total of bytes read so far, once per piece. */
  readonly onBytes?: (bytes: number) => void;
  /** Takes each unit in its order, and is waited for: lines and rows are let go then, and the result has none of them. */
  readonly take?: (unit: ParsedUnit) => Promise<void>;
}

/** Lines of a log that were parsed together. */
export interface ParsedUnit {
  readonly lines: LineUnit;
  readonly rows: RowBlock;
}

/** A unit on its way out: its rows, and its lines or the bronze file that they became elsewhere. */
export type TakenUnit = ParsedUnit | { readonly rows: RowBlock; readonly bronze: EncodedDataFile };

/** What a log said: counts, the accepted rows as columns, and the lines themselves for bronze and the quarantine. */
export interface ParsedLog {
  readonly firstLine: number;
  readonly bytes: number;
  /** Length of the last line if no LF ends it, else 0. */
  readonly unterminatedBytes: number;
  readonly physicalLines: number;
  /** Lines that are not blank: accepted + the sum of rejected. */
  readonly records: number;
  readonly accepted: number;
  /** By reason, reasons that occur only, in the order of their names. */
  readonly rejected: Readonly<Record<string, number>>;
  /** Of accepted records: fields that the contract does not know. */
  readonly unknownFields: readonly FieldCount[];
  /** Of accepted records: fields that are null since what stands there is not of their type. */
  readonly nulledFields: readonly FieldCount[];
  /** Of accepted records, in the order of their lines. */
  readonly refusedElements: readonly RefusedLineElement[];
  /** The accepted rows: small beside the lines, needed by `foldLog`. */
  readonly rows: readonly RowBlock[];
  /** The source's bytes and what became of each line: needed by `encodeBronze` and `refusedLines`, to be let go after. */
  readonly lines: readonly LineUnit[];
  /** The refused ones of lines that were let go, in order; `refusedLines` has them. */
  readonly refused: readonly RefusedLine[];
}

/** A line that is kept in bronze and in quarantine only. */
export interface RefusedLine {
  /** 1-based and physical. */
  readonly lineNumber: number;
  readonly reason: string;
  /** Without its line end; invalid UTF-8 as U+FFFD; at most 4,096 code points. */
  readonly raw: string;
}

/** What bronze rows say beside their lines. */
export interface BronzeOptions {
  /** The bronze table's schema: `batch_id, source_file, line_number, raw, is_record, reject_reason, ingest_date`. */
  readonly schema: Schema;
  readonly batchId: string;
  readonly sourceFile: string;
  /** `YYYY-MM-DD`. */
  readonly ingestDate: string;
}

// ── Fold ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** A data file of the table that a log is folded into. */
export interface ExistingFile {
  readonly path: string;
  /** Value of the partition as in the manifest, `2024-03-05` or `2024-03`; '' for null, and where nothing partitions the table. */
  readonly value: string;
  readonly rows: number;
}

/** The table as it was before the fold. */
export interface ExistingRows<F extends ExistingFile = ExistingFile> {
  /**
   * Files that may hold one of the keys in that column (null: as their whole key), told by statistics and key indexes:
   * may name too many, never too few.
   */
  candidates(keys: WantedKeys, column: string | null): Promise<readonly F[]>;
  /** A partition's files in order; none if the partition does not exist. */
  partitionFiles(value: string): readonly F[];
  /** A whole data file. */
  read(file: F): Promise<Uint8Array>;
  /** Content of the conflicts table; null when it is empty. */
  readonly conflicts: Table | null;
}

/** What folding parsed logs into a table takes. */
export interface FoldOptions<F extends ExistingFile = ExistingFile> {
  readonly contract: Contract;
  /** Partitioned by day or month of a date column, or not; sorted by its key (without one: by all columns). */
  readonly table: TableDefinition;
  readonly parsed: readonly Pick<ParsedLog, 'rows'>[];
  /** Null: the table is empty. */
  readonly existing: ExistingRows<F> | null;
}

/** What a fold came to, in figures. */
export interface FoldFigures {
  /** Changed partitions in ascending order, with their new row counts (0: the partition is no more). */
  readonly partitions: readonly { readonly value: string; readonly rows: number }[];
  /** Rows that were put in: new keys and new winners. */
  readonly addedRows: number;
  /** Rows that were taken out: old winners that lost. */
  readonly removedRows: number;
  /** New records that agree in every field with another one, or with one that the table or its conflicts held. */
  readonly duplicates: number;
  /** Keys with more than one variant after the fold. */
  readonly conflictingKeys: number;
  /** Added rows whose date, by which the table is partitioned, is before `day` (ISO); none where nothing partitions it. */
  addedBefore(day: string): number;
  /** Added rows without a value in a column. */
  addedNulls(column: string): number;
}

/** What changes in a table: the whole new content of each changed partition, by reference to rows held in shared memory. */
export interface Fold extends Omit<FoldFigures, 'addedBefore' | 'addedNulls'> {
  /** The whole new content of the conflicts table (by key, then winner order, winner first); null if it did not change. */
  readonly conflicts: Table | null;
  /** Rows by reference; for the functions of this module. */
  readonly state: FoldState;
}

/** How the rows of partitions are cut into files. */
export interface EncodeOptions extends IndexedKeys {
  readonly schema: Schema;
  /** The canonical cut; 1,000,000 unless said. */
  readonly maxRowsPerFile?: number;
}

/** A partition as the files that hold all of its rows. */
export interface EncodedPartition {
  readonly value: string;
  readonly files: readonly EncodedDataFile[];
}

/**
 * The keys of the added rows (a key that is no single text as its bytes in Latin-1): the partition where each row was (null:
 * nowhere) and where it is now. Same length, one entry per key.
 */
export interface ChangedKeys {
  readonly keys: readonly string[];
  readonly oldPartitions: readonly (string | null)[];
  readonly newPartitions: readonly string[];
}

/** What to look for in a table, and in what is being folded into it. */
export interface FindOptions {
  /** A text column with a key index. */
  readonly column: string;
  readonly keys: readonly string[];
  /** The state after this fold is searched; null: the table as it exists. */
  readonly fold: Fold | null;
  readonly contract: Contract;
  readonly columns: readonly string[];
}
