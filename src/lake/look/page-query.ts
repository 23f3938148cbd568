// The result of a statement as a page can hold it: the first rows, and whether there are more.

import type { AtSnapshot } from '../operation-options.js';
import type { Parts } from '../lake-context.js';
import { query } from '../read/query.js';
import { collected, type ResultValue, type RowSet } from '../read/row-set.js';
import { RESULT_ROWS } from './row-window.js';

/** A result, cut to what can be shown. */
export interface PageResult {
  readonly snapshot: number;
  readonly columns: RowSet['columns'];
  /** At most `RESULT_ROWS`. */
  readonly rows: readonly (readonly ResultValue[])[];
  /** Whether the statement gives more. */
  readonly isCut: boolean;
}

/** The statement is left when it has given that many rows. @throws LakeError as `query` does */
export async function pageQuery(parts: Parts, sql: string, at: AtSnapshot): Promise<PageResult> {
  const { snapshot, columns, rows: found } = await query(parts, sql, { ...at, rowLimit: RESULT_ROWS + 1 });
  const rows = await collected(found);
  return { snapshot, columns, rows: rows.slice(0, RESULT_ROWS), isCut: rows.length > RESULT_ROWS };
}
