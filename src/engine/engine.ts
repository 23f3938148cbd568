// SQL over relations: what DuckDB in WebAssembly, DuckDB on the machine and a cluster can all keep.
//
// An engine is given relations by name, files or Arrow rows, and answers SELECTs over them; no statement changes a
// relation. It knows bytes and rows, and nothing of tables, snapshots or the lake. Equal relations and statements give
// equal rows on every engine, as long as the statement keeps to the SQL that all of them know and orders what it wants
// ordered. Every implementation runs tests/engine/contract.ts.

import type * as arrow from 'apache-arrow';
import type { ColumnDefinition } from '../format/table-definition.js';
import type { Dialect } from './dialect.js';
import type { RelationColumns, RelationScan } from './query-scans.js';

/** What an engine can do, for those who plan the work. */
export interface Capabilities {
  /**
   * It reads files where they lie, and of them what a statement needs. Otherwise the columns that a relation names are
   * read into its memory, so that few columns and few files count.
   */
  readonly readsFiles: boolean;
  /** Threads that work on one statement. */
  readonly threads: number;
  /** Memory for relations and for the work on them. */
  readonly memoryLimitBytes: number;
  /** What does not fit into that memory goes to a disk; otherwise the statement fails with `out-of-resources`. */
  readonly spills: boolean;
  /**
   * Results of so many rows and more are for it to write as files (`write`); undefined: none. What it keeps does not pass
   * through this process then.
   */
  readonly writesFrom?: number | undefined;
  /** Where its machines have the program that parses logs (`lake spark bundle`); undefined: a run hands it to them. */
  readonly parseProgram?: string | undefined;
  /** `DESCRIBE` tells the columns of a query in DuckDB's names of types; otherwise its result's Arrow types are all. */
  readonly describes: boolean;
}

/** A Parquet file of a relation. Timestamps are UTC, whether they say so or not. */
export interface RelationFile {
  /** Names its content: files of one path have the same rows as long as the engine lives. */
  readonly path: string;
  readonly sizeBytes: number;
  /** Its bytes, which the engine may keep. */
  read(): Promise<Uint8Array>;
  /** Where it lies on this machine; undefined where it does not, and `read` is the way. */
  locate(): Promise<string | undefined>;
}

/** Parquet files, each with all of these columns and perhaps more. Rows come in any order. */
export interface FilesSource {
  readonly kind: 'files';
  readonly columns: readonly ColumnDefinition[];
  readonly files: readonly RelationFile[];
  /** Columns that statements will read, all unless said; the others may come out null. */
  readonly read?: readonly string[] | undefined;
}

/** Arrow IPC streams, taken at once. Columns go by name; those that a stream lacks are null. */
export interface ArrowSource {
  readonly kind: 'arrow';
  readonly columns: readonly ColumnDefinition[];
  /** Buffers are given away. */
  readonly streams: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

/** The rows of a SELECT, found anew whenever the relation is read. */
interface SelectSource {
  readonly kind: 'select';
  readonly sql: string;
}

/** The rows of a relation. */
export type RelationSource = FilesSource | ArrowSource | SelectSource;

/** What goes along with a statement. */
export interface StatementOptions {
  /** Stops the work: the statement fails with `interrupted`, the engine goes on. */
  readonly signal?: AbortSignal | undefined;
}

/** Where an engine writes rows as Parquet files, and how. */
export interface WriteTarget {
  /** A path on a disk that this process and the engine's see alike; nothing is there yet. */
  readonly folder: string;
  /** The columns, in order, with their field ids, which the files carry where the engine can write them. */
  readonly columns: readonly { readonly name: string; readonly id: number }[];
  /** Further columns that name folders, `name=value/`, and are not in the files. */
  readonly folders: readonly string[];
}

/** A program that is run beside the data, and what it is told. */
export interface ProgramRun {
  /** A program of Node and its arguments, as the engine's machines see them. */
  readonly program: string;
  readonly arguments: readonly string[];
  /** Lines of plain characters for its input. Some of them may be given again after a machine died. */
  readonly inputs: readonly string[];
  /** Processes to share the lines between. */
  readonly processes: number;
  readonly signal?: AbortSignal | undefined;
}

/** A result on its way. Leaving the loop early ends the statement; the batches are the reader's own. */
export interface QueryResult extends AsyncIterable<arrow.RecordBatch> {
  readonly schema: arrow.Schema;
}

/**
 * A running engine with its relations. Requests are answered in the order in which they are made; a result may be read
 * while later requests are answered. Every failure is a LakeError.
 */
export interface Engine {
  /** Name and version, for the run's summary: `duckdb-wasm 1.32.0 (DuckDB v1.4.3)`. */
  readonly name: string;
  readonly capabilities: Capabilities;
  /** How the few statements that engines write differently are written for this one. */
  readonly dialect: Dialect;
  /**
   * Makes rows visible as `layer.table` or a bare name, in place of what had the name.
   * @throws LakeError `invalid-input` for streams that are none or have other columns; what reading the files throws
   */
  register(relation: string, source: RelationSource): Promise<void>;
  /** Like `register` with a SELECT whose rows are found once, now, and kept; it does not read what it replaces. */
  keep(relation: string, sql: string, options?: StatementOptions): Promise<void>;
  /** Forgets all relations. */
  reset(): Promise<void>;
  /**
   * The rows of one SELECT (or VALUES, DESCRIBE, EXPLAIN, …); it resolves when the columns are known.
   * Column types: BOOLEAN, integers, FLOAT, DOUBLE, DECIMAL, DATE, TIMESTAMP (µs, UTC), text and binary come as
   * their Arrow counterparts, decimals of 128 bits.
   * @throws LakeError `invalid-input` for a statement that the engine refuses, with its own words; `out-of-resources`
   *   when memory is out; `interrupted`
   */
  query(sql: string, options?: StatementOptions): Promise<QueryResult>;
  /**
   * Writes the rows of a SELECT, in their order: of the files of one folder, sorted by name, and of their rows. An engine that
   * fails on the way may leave some of them. Absent: it cannot.
   * @throws as `query` does
   */
  write?(sql: string, target: WriteTarget): Promise<void>;
  /**
   * Runs a program on the engine's machines, where it reads a line and answers with a line. Absent: it has none.
   * @returns the answers of processes that ended well, in any order; null where the server runs no programs
   * @throws LakeError `invalid-input` with what a process said that did not end well; otherwise as `query` does
   */
  run?(run: ProgramRun): Promise<readonly string[] | null>;
  /** The relations (`layer.table` or bare, as written) that a statement reads, sorted; they need not exist. */
  relationsOf(sql: string): Promise<readonly string[]>;
  /**
   * How a query would read relations of these columns, by their names or by bare names that mean just one of them. Nothing
   * is made or read; there must be no relations of these names yet.
   * @throws LakeError `invalid-input` for a query that is none over these relations, with the engine's own words
   */
  scansOf(sql: string, relations: RelationColumns): Promise<readonly RelationScan[]>;
  /** Ends it, and with it all requests and results (`interrupted`). Nothing that it wrote stays behind. */
  close(): Promise<void>;
}
