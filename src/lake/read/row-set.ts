// Rows as every operation answers them: values that JSON and CSV can show, by position or by column.

/** A value as JSON and CSV show it: decimals and timestamps as text, counts as numbers while they are safe. */
export type JsonValue = string | number | boolean | null;

/** Rows that are read as they are asked for. */
export interface RowSet {
  /** The snapshot they are of. */
  readonly snapshot: number;
  /** SQL types: `DECIMAL(38,4)`, `BIGINT`, `DATE`, `TIMESTAMP`, `VARCHAR`, `DOUBLE`, `BOOLEAN`, `INTEGER`, `BLOB`. */
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: AsyncIterable<readonly JsonValue[]>;
}

/** A row as values by column. */
export type RowRecord = Readonly<Record<string, string | number | boolean | null>>;
