// The result of a statement as a page can hold it: the first rows, and how many there are.

import type { Parts } from '../lake-context.js';
import type { AtSnapshot } from '../operation-options.js';
import { query } from '../read/query.js';
import type { ResultValue, RowSet } from '../read/row-set.js';
import { RESULT_ROWS } from './row-window.js';

/** A result, cut to what can be shown. */
export interface PageResult {
  readonly snapshot: number;
  readonly columns: RowSet['columns'];
  readonly totalRows: number;
  /** At most `RESULT_ROWS`. */
  readonly rows: readonly (readonly ResultValue[])[];
}

/** @throws LakeError as `query` does */
export async function pageQuery(parts: Parts, sql: string, at: AtSnapshot): Promise<PageResult> {
  const { snapshot, columns, totalRows, rows: found } = await query(parts, sql, at);
  const rows: (readonly ResultValue[])[] = [];
  for await (const row of found) if (rows.push(row) === RESULT_ROWS) break;
  return { snapshot, columns, totalRows, rows };
}
