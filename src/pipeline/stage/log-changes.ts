// What a fold changed in a log's table, for the models that read it.

import type { TableDefinition } from '../../format/table-definition.js';
import type { ChangedKeys } from '../../records/hot-path.js';

/** What a fold changed in a log's table, in the state after it. */
export interface LogChange {
  readonly table: TableDefinition;
  /** Partition values that changed. */
  readonly days: ReadonlySet<string>;
  /** Resolves when the files of the changed partitions are there; asking for it begins to write them. */
  written(): Promise<void>;
  /** Null where the run holds no rows of the log, so that they are to be read from the files. */
  readonly held: HeldChange | null;
}

/** Rows of a fold that are in memory. Streams are Arrow IPC. */
export interface HeldChange {
  /** Most rows of the changed partitions are new: narrowing down to them saves nothing. */
  readonly mostlyNew: boolean;
  /** All rows of the changed partitions. */
  completeRows(columns: readonly string[]): AsyncIterable<Uint8Array>;
  /** The rows that were added to them. */
  addedRows(columns: readonly string[]): AsyncIterable<Uint8Array>;
  /** Rows anywhere whose text column equals one of the keys. */
  find(column: string, keys: readonly string[], columns: readonly string[]): AsyncIterable<Uint8Array>;
  changedKeys(): ChangedKeys;
}
