// The models on a real engine, without the rest of the lake: tables go in and come out as the reference's rows.

import type * as arrow from 'apache-arrow';
import type { Engine } from '../../src/engine/engine.js';
import { readResult } from '../../src/engine/read-result.js';
import type { ColumnDefinition, TableDefinition } from '../../src/format/table-definition.js';
import type { FieldType } from '../../src/format/schema.js';
import type { Check, Model } from '../../src/pipeline/define/spec/pipeline-spec.js';
import { countStatement } from '../../src/pipeline/checks/sql-checks.js';
import type { Cell, Rows } from '../reference/tables.js';
import { loadModels, tables } from './built-in-saas.js';

/** Rows by table name. */
export type TableRows = Readonly<Record<string, Rows>>;

/** The calendar of a full run; it begins with the Monday of the first week that can have events. */
const FULL_CALENDAR = { first: '1999-12-27', days: 36_530 };

const sqlType = (type: FieldType): string =>
  (({ long: 'BIGINT', int: 'INT', string: 'STRING' }) as Partial<Record<FieldType, string>>)[type] ??
  type.toUpperCase();

function literal(cell: Cell, type: FieldType): string {
  const text = type === 'timestamp' ? String(cell).replace('Z', '') : String(cell);
  return `CAST(${cell === null ? 'NULL' : `'${text.replaceAll("'", "''")}'`} AS ${sqlType(type)})`;
}

const rowLiteral = (columns: readonly ColumnDefinition[], row: readonly Cell[]): string =>
  `(${columns.map(({ type }, index) => literal(row[index] ?? null, type)).join(', ')})`;

/** A relation of exactly these rows. */
export async function put(
  engine: Engine,
  { columns, name }: Pick<TableDefinition, 'columns' | 'name'>,
  rows: Rows,
  as = name,
): Promise<void> {
  const names = columns.map((column) => column.name).join(', ');
  const nothing = columns.map((column) => `${literal(null, column.type)} AS ${column.name}`);
  const selects = [`SELECT ${nothing.join(', ')} WHERE 1 = 0`];
  for (let start = 0; start < rows.length; start += 500) {
    const values = rows.slice(start, start + 500).map((row) => rowLiteral(columns, row));
    selects.push(`SELECT * FROM (VALUES ${values.join(', ')}) AS v(${names})`);
  }
  await engine.keep(as, selects.join(' UNION ALL '));
}

/** All rows of a table in its order, cells as the reference writes them. */
export async function get(engine: Engine, { name, columns, sortOrder }: TableDefinition): Promise<Rows> {
  const cells = columns.map(({ name, type }) =>
    /^(decimal|date|timestamp)/.test(type) ? `CAST(${name} AS STRING) AS ${name}` : name,
  );
  const order = sortOrder.map((column) => `${name}.${column} NULLS LAST`).join(', ');
  const table = await readResult(
    await engine.query(`SELECT ${cells.join(', ')} FROM ${name} ORDER BY ${order}`),
  );
  return rowsOf(table).map((row) => columns.map(({ name, type }) => cellOf(row[name] ?? null, type)));
}

/** Rows as plain objects. */
export const rowsOf = (table: arrow.Table): readonly Readonly<Record<string, Cell | bigint>>[] =>
  (table.toArray() as arrow.StructRow[]).map((row) => row.toJSON() as Record<string, Cell | bigint>);

function cellOf(value: Cell | bigint, type: FieldType): Cell {
  if (typeof value === 'bigint') return Number(value);
  if (type !== 'timestamp' || value === null) return value;
  const [whole, fraction = ''] = String(value).replace(' ', 'T').split('.');
  return `${whole}.${fraction.padEnd(6, '0')}Z`;
}

/** `run.days`: these days, or the calendar of a full run. */
export async function showDays(engine: Engine, days: readonly string[] | 'all'): Promise<void> {
  const source =
    days === 'all'
      ? `SELECT CAST('${FULL_CALENDAR.first}' AS DATE) + n AS date FROM (${engine.dialect.numbers(FULL_CALENDAR.days)}) AS numbers`
      : `SELECT CAST(day AS DATE) AS date FROM (VALUES ${days.map((day) => `('${day}')`).join(', ')}) AS days(day)`;
  await engine.keep('run.days', source);
}

/** The tables that no model makes, the days and the range of a full run. */
export async function putSources(engine: Engine, rows: TableRows): Promise<void> {
  for (const table of [tables.events, tables.subscriptions, tables.marketingSpend]) {
    await put(engine, table, rows[table.name] ?? []);
  }
  const select = (sql: string) => ({ kind: 'select', sql }) as const;
  await engine.register('silver.referenced_events', select('SELECT * FROM silver.events'));
  await engine.register(
    'run.event_range',
    select('SELECT MIN(event_date) AS first_date, MAX(event_date) AS last_date FROM silver.events'),
  );
  await showDays(engine, 'all');
}

/** Makes a model's table anew from what its inputs hold. */
export const runModel = (engine: Engine, { table, sql }: Model): Promise<void> =>
  engine.keep(table.name, sql);

/** These models (all of them unless said) over the sources in `rows`; the rows of every table that was made. */
export async function runAll(
  engine: Engine,
  rows: TableRows,
  models: readonly Model[] = loadModels(),
): Promise<TableRows> {
  await putSources(engine, rows);
  const made: Record<string, Rows> = {};
  for (const model of models) {
    await runModel(engine, model);
    made[model.table.name] = await get(engine, model.table);
  }
  return made;
}

/** Checks that find something wrong in the tables as they are, with how much. */
export async function findings(
  engine: Engine,
  some: readonly Check[],
): Promise<Readonly<Record<string, number>>> {
  const found: Record<string, number> = {};
  for (const check of some) {
    const { name } = check;
    const rows = rowsOf(await readResult(await engine.query(countStatement(check))));
    const value = rows.length === 1 ? Number(rows[0]?.['value']) : NaN;
    if (value !== 0) found[name] = value;
  }
  return found;
}
