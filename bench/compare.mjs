// Whether two sides hold the same nine gold tables, value by value and in the same order.
//
//   node compare.mjs LEFT RIGHT
//
// A side is a folder of Parquet (`lake export --out DIR --format parquet`, the rival's output: `gold.<table>.parquet`,
// `gold/<table>.parquet`, `<table>.parquet` or a folder of these names with files inside), or the `expected.json` of a golden
// case. Doubles may differ in their last bits (a part in 10¹²), all else in nothing. Exit code 1 at the first difference.

import { DuckDBInstance } from '@duckdb/node-api';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

export const GOLD_TABLES = [
  'daily_active_users',
  'daily_revenue_gross',
  'daily_revenue_net',
  'mrr_daily',
  'mrr_monthly',
  'weekly_cohort_retention',
  'cac_by_channel',
  'ltv_per_user',
  'ltv_cac_ratio',
];

/** The gold tables of a side that it holds: `{ columns, rows }` by name. Values are texts, numbers, booleans or null. */
export async function readGold(side) {
  if (side.endsWith('.json')) return expectedGold(side);
  const connection = await (await DuckDBInstance.create(':memory:', { threads: '2' })).connect();
  const tables = {};
  for (const name of GOLD_TABLES) {
    const glob = filesOf(side, name);
    if (glob !== undefined) tables[name] = await readTable(connection, glob);
  }
  connection.closeSync();
  return tables;
}

function expectedGold(path) {
  return JSON.parse(readFileSync(path, 'utf8')).gold;
}

function filesOf(folder, table) {
  const names = [`gold.${table}`, join('gold', table), table];
  const paths = names.flatMap((name) => [join(folder, `${name}.parquet`), join(folder, name)]);
  const found = paths.find((path) => existsSync(path));
  return found !== undefined && statSync(found).isDirectory() ? join(found, '**/*.parquet') : found;
}

async function readTable(connection, glob) {
  const from = `read_parquet('${glob.replaceAll("'", "''")}', hive_partitioning = false)`;
  const described = await connection.runAndReadAll(`DESCRIBE FROM ${from}`);
  const columns = described.getRows().map(([name, type]) => ({ name: String(name), type: String(type) }));
  const texts = columns.map(({ name, type }) =>
    /^(DECIMAL|DATE)/.test(type) ? `"${name}"::VARCHAR` : `"${name}"`,
  );
  const result = await connection.runAndReadAll(`SELECT ${texts.join()} FROM ${from}`);
  const rows = result
    .getRows()
    .map((row) => row.map((value) => (typeof value === 'bigint' ? Number(value) : value)));
  return { columns: columns.map(({ name }) => name), rows };
}

/** The first difference between two sides as a sentence, or undefined. A table that neither side has is no difference. */
export function firstDifference(left, right) {
  for (const name of GOLD_TABLES) {
    const [a, b] = [left[name], right[name]];
    if (a === undefined && b === undefined) continue;
    if (a === undefined || b === undefined) return `${name} is on one side only`;
    const difference = tableDifference(a, b);
    if (difference !== undefined) return `${name}: ${difference}`;
  }
  return undefined;
}

function tableDifference(a, b) {
  if (a.columns.join() !== b.columns.join()) return `columns ${a.columns.join()} and ${b.columns.join()}`;
  for (let row = 0; row < Math.min(a.rows.length, b.rows.length); row++) {
    const column = a.columns.findIndex((_, index) => !same(a.rows[row][index], b.rows[row][index]));
    if (column === -1) continue;
    const values = [a.rows[row][column], b.rows[row][column]].map((value) => JSON.stringify(value));
    return `row ${row + 1} (${JSON.stringify(a.rows[row][0])}), ${a.columns[column]}: ${values.join(' and ')}`;
  }
  return a.rows.length === b.rows.length ? undefined : `${a.rows.length} and ${b.rows.length} rows`;
}

function same(a, b) {
  if (a === b) return true;
  if (typeof a !== 'number' || typeof b !== 'number') return false;
  return Math.abs(a - b) <= 1e-12 * Math.max(Math.abs(a), Math.abs(b));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [left, right] = process.argv.slice(2);
  if (left === undefined || right === undefined) {
    console.error('usage: node compare.mjs LEFT RIGHT');
    process.exit(2);
  }
  const sides = [await readGold(left), await readGold(right)];
  const tables = Object.values(sides[0]);
  const difference = tables.length === 0 ? `${left} holds no gold table` : firstDifference(...sides);
  const rows = tables.reduce((sum, table) => sum + table.rows.length, 0);
  console.log(difference ?? `equal: ${tables.length} gold tables, ${rows} rows`);
  if (difference !== undefined) process.exitCode = 1;
}
