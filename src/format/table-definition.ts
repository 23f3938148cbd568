// What a pipeline declares about a table. The format's own metadata (ids, specs, history) is derived from it.

import type { FieldType } from './schema.js';

/** A column as it is declared. */
export interface ColumnDefinition {
  readonly name: string;
  readonly type: FieldType;
  /** No nulls. */
  readonly required: boolean;
}

/** A table as it is declared. */
export interface TableDefinition {
  /** `layer.table`, for instance `silver.events`. */
  readonly name: string;
  /** In physical order. Field ids are given by position when the table is made, by name ever after. */
  readonly columns: readonly ColumnDefinition[];
  /** One partition column, or none. `month` of a date has values like `2024-03`. */
  readonly partition?: {
    readonly source: string;
    readonly transform: 'identity' | 'month';
    readonly name: string;
  };
  /** Columns that sort the rows of a partition: ascending, nulls last, text by UTF-8 bytes. */
  readonly sortOrder: readonly string[];
  /** Unique over the whole table and never null. Empty: no key. */
  readonly key: readonly string[];
  /** Columns with a key index sidecar (format §6). */
  readonly keyIndex?: readonly string[];
}
