// SQL over relations. The smallest thing behind which DuckDB-WASM, native DuckDB and Spark fit.
// An engine knows bytes and relations; it knows nothing of tables, snapshots or the lake.

import type { ColumnDefinition } from '../format/table-definition.js';
import type { RelationColumns, RelationScan } from './query-scans.js';

/** Rows for a relation. Buffers are moved to the engine and must not be used afterwards. */
export type RelationRows =
  /** An Arrow IPC stream whose columns are a subset of the relation's, by name. */
  | { readonly kind: 'arrow'; readonly ipc: Uint8Array }
  /** Whole Parquet files; only `columns` of them are read. */
  | { readonly kind: 'parquet'; readonly files: readonly Uint8Array[]; readonly columns: readonly string[] };

export interface Engine {
  /** Name and version, for the run's summary: `duckdb-wasm 1.32.0 (DuckDB v1.4.3)`. */
  readonly name: string;
  /** Makes an empty relation `layer.table` (replacing one of that name). Columns: DECIMAL, BIGINT, DATE, TIMESTAMP, VARCHAR, … */
  create(relation: string, columns: readonly ColumnDefinition[]): Promise<void>;
  /** Appends rows to a relation. */
  append(relation: string, rows: RelationRows): Promise<void>;
  /** Runs a statement without a result (CREATE VIEW, INSERT … SELECT, DELETE, DROP). */
  run(sql: string): Promise<void>;
  /**
   * The result as an Arrow IPC stream.
   * @throws LakeError `invalid-input` for a statement the engine refuses, with the engine's own words; `out-of-resources` when memory is out
   */
  query(sql: string): Promise<Uint8Array>;
  /** The relations (`layer.table` or bare, as written) that a statement reads. */
  relationsOf(sql: string): Promise<readonly string[]>;
  /**
   * How a query would read relations of these columns, by their names or by bare names that mean just one of them. Nothing
   * is made or read; there must be no relations of these names yet.
   * @throws LakeError `invalid-input` for a query that is none over these relations, with the engine's own words
   */
  scansOf(sql: string, relations: RelationColumns): Promise<readonly RelationScan[]>;
  close(): Promise<void>;
}
