// The batches that a snapshot was made of.

import { tableToRows } from '../../parquet/rows.js';
import { batchOfRow } from '../../pipeline/books/batch-rows.js';
import type { Batch } from '../../pipeline/books/ledger.js';
import type { Pipeline } from '../../pipeline/define/definition.js';
import type { LakeView, TableSource } from '../../table/view.js';

/** A batch of `bronze.batches`, in short. */
export interface BatchListing {
  readonly batchId: string;
  readonly source: string;
  readonly file: string;
  readonly bytes: number;
  readonly records: number;
  readonly accepted: number;
}

/** In the order in which they were taken in; none where the snapshot has no such table. */
export async function batchesOf(
  view: TableSource,
  { batches }: Pick<Pipeline, 'batches'>,
): Promise<readonly Batch[]> {
  const state = await view.table(batches.name);
  if (state === undefined) return [];
  const contents = await Promise.all((await state.files()).map((file) => state.rows(file)));
  return contents.flatMap((rows) => tableToRows(rows, state.schema)).map(batchOfRow);
}

/** The batches of one snapshot that another does not hold. */
export async function batchesMissing(
  pipeline: Pick<Pipeline, 'batches'>,
  from: LakeView,
  inView: LakeView,
): Promise<readonly BatchListing[]> {
  const [batches, others] = await Promise.all([batchesOf(from, pipeline), batchesOf(inView, pipeline)]);
  const known = new Set(others.map(({ batchId }) => batchId));
  return batches.filter(({ batchId }) => !known.has(batchId)).map(listing);
}

const listing = ({ batchId, source, fileName, bytes, records, accepted }: Batch): BatchListing => ({
  ...{ batchId, source, file: fileName, bytes, records, accepted },
});
