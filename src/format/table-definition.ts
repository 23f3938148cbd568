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
  /** By column the name that it had before: a column of that name goes on under the new one, with its field id. */
  readonly renamed?: Readonly<Record<string, string>>;
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
  /**
   * Text columns with a section in the key index sidecar (format §6). Where it is given, even as none, a key that is no
   * single text has a section, too.
   */
  readonly keyIndex?: readonly string[];
}

/** What the key index of a table's files holds. */
export interface IndexedKeys {
  /** Text columns. */
  readonly keyIndex: readonly string[];
  /** The key's columns, where it is no single text; all columns of a table without a key, whose rows are its keys. */
  readonly wholeKey?: readonly string[];
}

/** What the key index of the table's files is to hold; nothing for a table that declares none. */
export function indexedKeys({ key, keyIndex, columns }: TableDefinition): IndexedKeys {
  if (keyIndex === undefined) return { keyIndex: [] };
  const isText = key.length === 1 && columns.find(({ name }) => name === key[0])?.type === 'string';
  if (isText) return { keyIndex };
  return { keyIndex, wholeKey: key.length > 0 ? key : columns.map(({ name }) => name) };
}
