// Rows of a table that meet a condition, in an order: a statement of its own, so it starts the engine.

import { isLakeError, LakeError } from '../../common/errors.js';
import { quotedRelation } from '../../engine/duckdb-sql.js';
import { sqlTokens } from '../../engine/sql-tokens.js';
import { tableNamed, viewAt, type Parts } from '../lake-context.js';
import type { AtSnapshot } from '../operation-options.js';
import { query } from './query.js';
import type { RowSet } from './row-set.js';
import type { RowRange } from './table-rows.js';

/** Which rows of a table, in SQL. */
export interface RowSelection extends AtSnapshot, RowRange {
  /** A condition on the table's columns: `amount > 100 AND currency = 'EUR'`. */
  readonly where?: string;
  /** What ORDER BY takes: `event_date DESC, user_id`. */
  readonly order?: string;
}

/**
 * The rows that meet the condition, in that order; without one in the order of the table.
 * @throws LakeError `invalid-input` for what is no condition or no order, with the engine's own words; `not-found`
 */
export async function selectRows(
  parts: Pick<Parts, 'storage' | 'startEngine'>,
  table: string,
  { snapshot, where, order, limit, tail }: RowSelection,
): Promise<RowSet & { readonly table: string; readonly totalRows: number | undefined }> {
  const view = await viewAt(parts, snapshot);
  const { name } = await tableNamed(view, table);
  const sql = [
    `SELECT * FROM ${quotedRelation(name)}`,
    where === undefined ? '' : `WHERE (\n${expression('--where', where)}\n)`,
    order === undefined ? '' : `ORDER BY\n${expression('--order', order)}\n`,
    limit === undefined ? '' : `LIMIT ${limit}`,
  ].join('\n');
  const snapshotId = String(view.snapshot.snapshotId);
  const found = await query(parts, sql, { snapshot: snapshotId }).catch(aboutWords);
  const rows = tail === undefined ? found.rows : after(found.rows, found.totalRows - tail);
  return { ...found, table: name, rows, totalRows: limit === undefined ? found.totalRows : undefined };
}

/** Text that stays within its place in the statement. */
function expression(flag: string, text: string): string {
  let depth = 0;
  for (const token of sqlTokens(text)) {
    if (token.text === '(') depth++;
    if (token.text === ')') depth--;
    if (depth < 0 || token.text === ';')
      throw notOne(flag, text, `found "${token.text}" without its counterpart`);
  }
  if (depth > 0) throw notOne(flag, text, 'a bracket is not closed');
  if (sqlTokens(text).length === 0) throw notOne(flag, text, 'found nothing');
  return text;
}

/** A word that was meant as text is taken for a column. */
function aboutWords(error: unknown): never {
  const [, word] =
    /^Binder Error: Referenced column "([^"]+)" not found/.exec((error as Error).message) ?? [];
  if (word === undefined || !isLakeError(error, 'invalid-input')) throw error;
  throw new LakeError('invalid-input', `${error.message}. Text goes in single quotes: '${word}'.`, {
    cause: error,
  });
}

function notOne(flag: string, given: string, why: string): LakeError {
  const expected = flag === '--where' ? `a condition like amount > 100` : 'columns like event_date DESC';
  return new LakeError('invalid-input', `${flag}: ${why}; expected ${expected}.`, {
    details: { flag, given, expected },
  });
}

async function* after<Row>(rows: AsyncIterable<Row>, count: number): AsyncIterable<Row> {
  let row = 0;
  for await (const each of rows) if (row++ >= count) yield each;
}
