// A result read to its end, where it is known to be small.

import * as arrow from 'apache-arrow';
import type { QueryResult } from './engine.js';

/** All rows of a result as one table. */
export async function readResult(result: QueryResult): Promise<arrow.Table> {
  const batches: arrow.RecordBatch[] = [];
  for await (const batch of result) batches.push(batch);
  // A batch's own schema lacks repeated names, which its data has (apache-arrow 21.2.0).
  return batches.length === 0 ? new arrow.Table(result.schema) : new arrow.Table(batches);
}
