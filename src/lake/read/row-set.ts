// Rows as every operation answers them: values that JSON and CSV can show, by position or by column.

/** A value as JSON and CSV show it: decimals and timestamps as text, counts as numbers while they are safe. */
export type JsonValue = string | number | boolean | null;

/** The same, or of such values a list (LIST, ARRAY, ROW) or an object (STRUCT, MAP, the one member of a UNION). */
export type ResultValue = JsonValue | readonly ResultValue[] | { readonly [name: string]: ResultValue };

/** Rows that are read as they are asked for. A table's columns have no nested values; those of a query may. */
export interface RowSet<Value extends ResultValue = ResultValue> {
  /** The snapshot they are of. */
  readonly snapshot: number;
  /** SQL types: `DECIMAL(38,4)`, `BIGINT`, `DATE`, `VARCHAR`, and in a query `ENUM('a', 'b')`, `INTEGER[]`, … */
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: AsyncIterable<readonly Value[]>;
}

/** All rows of such a set that come yet. */
export async function collected<Row>(rows: AsyncIterable<Row>): Promise<readonly Row[]> {
  const all: Row[] = [];
  for await (const row of rows) all.push(row);
  return all;
}

/** A row as values by column. */
export type RowRecord = Readonly<Record<string, JsonValue>>;
