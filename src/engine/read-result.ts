// A result read to its end, where it is known to be small.

import * as arrow from 'apache-arrow';
import type { QueryResult } from './engine.js';

/** All rows of a result as one table; with a limit the first that many, or a few more, and the rest is not made. */
export async function readResult(result: QueryResult, rowLimit = Infinity): Promise<arrow.Table> {
  const batches: arrow.RecordBatch[] = [];
  let rows = 0;
  for await (const batch of result) {
    batches.push(batch);
    rows += batch.numRows;
    if (rows >= rowLimit) break;
  }
  // A batch's own schema lacks repeated names, which its data has (apache-arrow 21.2.0).
  return batches.length === 0 ? new arrow.Table(result.schema) : new arrow.Table(batches);
}
