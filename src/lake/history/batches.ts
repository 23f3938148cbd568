// The batches that a snapshot was made of.

import { batchCodec, type Batch } from '../../pipeline/books/batch-book.js';
import { entriesIn } from '../../pipeline/books/codec.js';
import type { Pipeline } from '../../pipeline/define/pipeline.js';
import type { LakeView, TableSource } from '../../table/view.js';

/** A batch of `bronze.batches`, in short. */
export interface BatchListing {
  readonly batchId: string;
  readonly source: string;
  /** The file's name; `file` says the same. */
  readonly sourceFile: string;
  readonly file: string;
  readonly bytes: number;
  readonly records: number;
  readonly accepted: number;
}

/** In the order in which they were taken in; none where the snapshot has no such table. */
export const batchesOf = (view: TableSource, { books }: Pick<Pipeline, 'books'>): Promise<readonly Batch[]> =>
  entriesIn(view, books.batches, batchCodec);

/** The batches of one snapshot that another does not hold. */
export async function batchesMissing(
  pipeline: Pick<Pipeline, 'books'>,
  from: LakeView,
  inView: LakeView,
): Promise<readonly BatchListing[]> {
  const [batches, others] = await Promise.all([batchesOf(from, pipeline), batchesOf(inView, pipeline)]);
  const known = new Set(others.map(({ batchId }) => batchId));
  return batches.filter(({ batchId }) => !known.has(batchId)).map(listing);
}

const listing = ({ batchId, source, fileName, bytes, records, accepted }: Batch): BatchListing => ({
  batchId,
  source,
  sourceFile: fileName,
  file: fileName,
  bytes,
  records,
  accepted,
});
