// What a fold changed in a log's table, for the models that read it.

import type { TableDefinition } from '../../format/table-definition.js';
import type { ChangedKeys } from '../../records/hot-path.js';

/** What a fold changed in a log's table, in the state after it. Streams are Arrow IPC. */
export interface LogChange {
  readonly table: TableDefinition;
  /** Partition values that changed. */
  readonly days: ReadonlySet<string>;
  /** Most rows of the changed partitions are new: narrowing down to them saves nothing. */
  readonly mostlyNew: boolean;
  /** Resolves when the files of the changed partitions are there; asking for it begins to write them. */
  written(): Promise<void>;
  /** All rows of the changed partitions. */
  completeRows(columns: readonly string[]): AsyncIterable<Uint8Array>;
  /** The rows that were added to them. */
  addedRows(columns: readonly string[]): AsyncIterable<Uint8Array>;
  /** Rows anywhere whose text column equals one of the keys. */
  find(column: string, keys: readonly string[], columns: readonly string[]): AsyncIterable<Uint8Array>;
  changedKeys(): ChangedKeys;
}
