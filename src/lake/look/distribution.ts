// How the values of a column are spread: the most frequent ones, or how many fall into each of some equal steps.

import { LakeError } from '../../common/errors.js';
import { quotedRelation } from '../../engine/duckdb-sql.js';
import { quoted } from '../../engine/sql-tokens.js';
import { tableNamed, viewAt, type Parts } from '../lake-context.js';
import type { AtSnapshot } from '../operation-options.js';
import { tableColumns } from '../read/json-rows.js';
import { query } from '../read/query.js';
import { recordsOf } from '../read/headline.js';

/** Rows of a column by value, or by step of values. */
interface Distribution {
  readonly column: string;
  readonly distinct: number;
  readonly nulls: number;
  /** `values`: the most frequent first. `steps`: from the smallest to the largest; a step is named by its begin. */
  readonly kind: 'values' | 'steps';
  readonly bars: readonly { readonly name: string; readonly rows: number }[];
}

const VALUES = 12;
const STEPS = 24;

/** @throws LakeError `not-found` for a table or column that is not there */
export async function distribution(
  parts: Parts,
  table: string,
  column: string,
  { snapshot }: AtSnapshot,
): Promise<Distribution> {
  const view = await viewAt(parts, snapshot);
  const state = await tableNamed(view, table);
  const type = tableColumns(state.schema).find(({ name }) => name === column)?.type;
  if (type === undefined)
    throw new LakeError('not-found', `${state.name} has no column ${column}.`, {
      details: { table, column },
    });
  const at = { snapshot: String(view.snapshot.snapshotId) };
  const ask = async (sql: string) => (await recordsOf(await query(parts, sql, at))).rows;
  const [from, name] = [quotedRelation(state.name), quoted(column)];
  const [counts] = await ask(
    `SELECT COUNT(DISTINCT ${name}) AS different, COUNT(*) - COUNT(${name}) AS without FROM ${from}`,
  );
  const known = {
    column,
    distinct: Number(counts?.['different'] ?? 0),
    nulls: Number(counts?.['without'] ?? 0),
  };
  const number = numberOf(type, name);
  if (number === undefined || known.distinct <= VALUES) {
    const found = await ask(
      `SELECT CAST(${name} AS VARCHAR) AS value, COUNT(*) AS amount FROM ${from} WHERE ${name} IS NOT NULL
       GROUP BY 1 ORDER BY amount DESC, value LIMIT ${VALUES}`,
    );
    const bars = found.map(({ value, amount }) => ({ name: String(value), rows: Number(amount) }));
    return { ...known, kind: 'values', bars };
  }
  const found = await ask(
    `WITH given AS (SELECT ${number} AS x, ${name} AS v FROM ${from} WHERE ${name} IS NOT NULL),
       ends AS (SELECT MIN(x) AS low, MAX(x) AS high FROM given)
     SELECT LEAST(${STEPS - 1}, CAST(FLOOR((x - low) / NULLIF(high - low, 0) * ${STEPS}) AS INTEGER)) AS step,
       CAST(MIN(v) AS VARCHAR) AS value, COUNT(*) AS amount
     FROM given CROSS JOIN ends GROUP BY 1 ORDER BY 1`,
  );
  const bars = Array.from({ length: STEPS }, (_, step) => {
    const row = found.find((each) => Number(each['step'] ?? 0) === step);
    return { name: String(row?.['value'] ?? ''), rows: Number(row?.['amount'] ?? 0) };
  });
  return { ...known, kind: 'steps', bars };
}

/** The value as a double, of types that have one. */
function numberOf(type: string, name: string): string | undefined {
  if (/^(BIGINT|INTEGER|DOUBLE|DECIMAL)/.test(type)) return `CAST(${name} AS DOUBLE)`;
  if (type === 'DATE') return `CAST(date_diff('day', DATE '1970-01-01', ${name}) AS DOUBLE)`;
  if (type === 'TIMESTAMP') return `CAST(epoch_us(${name}) AS DOUBLE)`;
  return undefined;
}
