// Partitions and the order of their rows in SQL.

import type { Dialect } from '../../engine/dialect.js';
import type { TableDefinition } from '../../format/table-definition.js';
import { addMonths, partitionKind } from './spread.js';

/**
 * The order in which rows become files: by partition, then as the table is sorted. Rows that are equal in all that are
 * equal as a whole: no engine decides their order.
 */
export function orderOf({ quoted }: Dialect, table: TableDefinition): string {
  const { key, columns, sortOrder, partition } = table;
  const isUnique = key.length > 0 && key.every((column) => sortOrder.includes(column));
  const others = isUnique ? [] : columns.map(({ name }) => name).filter((name) => !sortOrder.includes(name));
  const names = [...sortOrder, ...others].map(quoted);
  const first =
    partition === undefined || partition.source === sortOrder[0]
      ? []
      : [partition.transform === 'month' ? monthOf(quoted(partition.source)) : quoted(partition.source)];
  return [...first, ...names].map((expression) => `${expression} ASC NULLS LAST`).join(', ');
}

const monthOf = (date: string): string => `CAST(DATE_TRUNC('month', ${date}) AS DATE)`;

/** The partition value of a row, as text. */
export function partitionText({ quoted, text }: Dialect, table: TableDefinition): string {
  const source = text(quoted(table.partition?.source ?? ''));
  return partitionKind(table) === 'month' ? `SUBSTR(${source}, 1, 7)` : source;
}

/** That a row is of one of these partitions. */
function wherePartitions(dialect: Dialect, table: TableDefinition, partitions: readonly string[]): string {
  const kind = partitionKind(table);
  if (kind === 'none') return 'true';
  if (partitions.length === 0) return 'false';
  const source = dialect.quoted(table.partition?.source ?? '');
  if (kind === 'month') return `(${partitions.map((month) => ofMonth(source, month)).join(' OR ')})`;
  return kind === 'day'
    ? `${source} IN (${partitions.map(day).join(', ')})`
    : `${dialect.text(source)} IN (${partitions.map(textLiteral).join(', ')})`;
}

/** Rows in the engine, and which of them are wanted. */
export interface PlacedRows {
  readonly table: TableDefinition;
  readonly relation: string;
  /** The partitions whose rows are wanted. */
  readonly partitions: readonly string[];
  /** All rows are. */
  readonly isWhole: boolean;
}

/** The relation, and the condition behind it, of the rows that are wanted. */
export function rowsToPlace(
  dialect: Dialect,
  { table, relation, partitions, isWhole }: PlacedRows,
): { readonly relation: string; readonly where: string } {
  const where = isWhole ? '' : ` WHERE ${wherePartitions(dialect, table, partitions)}`;
  return { relation: dialect.relation(relation), where };
}

const ofMonth = (date: string, month: string): string =>
  `(${date} >= ${day(`${month}-01`)} AND ${date} < ${day(`${addMonths(month, 1)}-01`)})`;

const textLiteral = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** A day as a literal. */
export const day = (iso: string | null): string => `CAST(${iso === null ? 'NULL' : `'${iso}'`} AS DATE)`;
