// Rows that a person wrote, as relations of an engine: every value is cast to the type of its column, by the engine itself.

import { duckDbType } from '../../engine/duckdb-sql.js';
import type { ColumnDefinition } from '../../format/table-definition.js';
import { quoted } from '../../engine/sql-tokens.js';
import type { TestRow } from '../../project/test-file.js';

/** The rows as one SELECT with these columns; those that a row does not name are null. */
export function rowsStatement(columns: readonly ColumnDefinition[], rows: readonly TestRow[]): string {
  const select = (row: TestRow): string =>
    `SELECT ${columns.map(({ name, type }) => `CAST(${literal(row[name] ?? null)} AS ${duckDbType(type)}) AS ${quoted(name)}`).join(', ')}`;
  return rows.length === 0 ? `${select({})} WHERE 1 = 0` : rows.map(select).join(' UNION ALL ');
}

/** Numbers as they are written: a cast of a text keeps every digit. */
function literal(value: TestRow[string]): string {
  if (value === null || value === undefined) return 'NULL';
  return `'${String(value).replaceAll("'", "''")}'`;
}

/** Names in the rows that are no columns, each once. */
export function unknownColumns(
  columns: readonly ColumnDefinition[],
  rows: readonly TestRow[],
): readonly string[] {
  const known = new Set(columns.map(({ name }) => name));
  return [...new Set(rows.flatMap((row) => Object.keys(row)))].filter((name) => !known.has(name));
}
