// A result read to its end, where it is known to be small.

import * as arrow from 'apache-arrow';
import type { QueryResult } from './engine.js';

/** All rows of a result as one table. */
export async function readResult(result: QueryResult): Promise<arrow.Table> {
  const batches: arrow.RecordBatch[] = [];
  for await (const batch of result) batches.push(batch);
  return new arrow.Table(result.schema, batches);
}
