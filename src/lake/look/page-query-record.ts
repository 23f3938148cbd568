// A row of a result by column; nested values are text.

import { cellOf } from '../read/result-text.js';
import type { ResultValue, RowRecord, RowSet } from '../read/row-set.js';

/** The row by the names of its columns. */
export const recordOf = (columns: RowSet['columns'], row: readonly ResultValue[]): RowRecord =>
  Object.fromEntries(columns.map(({ name }, at) => [name, cellOf(row[at] ?? null)]));
