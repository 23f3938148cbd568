// Which columns of its inputs each column of a model is made of, as a definition says it.

/** Columns are named with their tables: `layer.table.column`. */
export interface ModelLineage {
  /** On these depends which rows there are: keys, filters, groups. */
  readonly rows: readonly string[];
  /** By column of the model: the columns that its value is made of. */
  readonly columns: Readonly<Record<string, readonly string[]>>;
  /** By column of its key: the columns whose value that is, so that rows with another do not matter; absent: nobody asked. */
  readonly keys?: Readonly<Record<string, readonly string[]>>;
}

/** By table that a model makes. */
export type ColumnLineage = Readonly<Record<string, ModelLineage>>;
