// A log batch's bytes as they were read, put together again from bronze and checked against their hash.

import { createHash } from 'node:crypto';
import { LakeError } from '../../common/errors.js';
import type { TableDefinition } from '../../format/table-definition.js';
import { CORRECTIONS } from '../../pipeline/books/corrections.js';
import type { Batch } from '../../pipeline/books/batch-book.js';
import { isLineLog, type Pipeline } from '../../pipeline/define/pipeline.js';
import { refuseOther, storedLines } from '../../pipeline/read/stored-lines.js';
import { requireTable, type LakeView } from '../../table/view.js';
import { batchesOf } from '../history/batches.js';
import { writeWhole } from './export.js';
import type { OperationOptions } from '../operation-options.js';
import { pipelineOf, viewAt, type Parts } from '../lake-context.js';

/** `lake restore`: what was written. */
export interface RestoreReport {
  readonly batchId: string;
  /** Absolute. */
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/**
 * Writes the exact bytes of a batch of a log, or of corrections; `id` may be the beginning of the batch's id.
 * @throws LakeError `not-found` unless exactly one batch has it; `invalid-input` for one of an extract; `corrupt`
 */
export async function restore(
  parts: Parts,
  id: string,
  out: string,
  { signal, onProgress }: OperationOptions,
): Promise<RestoreReport> {
  const view = await viewAt(parts);
  const { pipeline } = pipelineOf(parts);
  const batch = await batchNamed(view, pipeline, id);
  const bronze = await requireTable(view, bytesOf(pipeline, batch).name);
  const hash = createHash('sha256');
  let bytes = 0;
  const written = await writeWhole(out, async (file) => {
    for await (const lines of storedLines(bronze, batch)) {
      signal?.throwIfAborted();
      onProgress?.({ stage: 'restoring', done: (bytes += lines.length), total: batch.bytes, unit: 'bytes' });
      hash.update(lines);
      await file.write(lines);
    }
    refuseOther(batch, bytes, hash.digest('hex'));
  });
  return { batchId: batch.batchId, path: written.path, bytes, sha256: batch.sha256 };
}

/** The batch whose id begins so. */
async function batchNamed(view: LakeView, pipeline: Pipeline, id: string): Promise<Batch> {
  const batches = await batchesOf(view, pipeline);
  const matches = batches.filter(({ batchId }) => id !== '' && batchId.startsWith(id));
  const [batch] = matches;
  if (batch === undefined || matches.length > 1)
    throw new LakeError(
      'not-found',
      `${matches.length === 0 ? 'No' : String(matches.length)} batches of this lake have an id that begins with "${id}"; expected exactly one. See "lake query 'SELECT batch_id, file_name FROM ${pipeline.books.batches.name}'".`,
      { details: { batch: id } },
    );
  return batch;
}

/** The table that keeps the bytes of the batch. */
function bytesOf({ sources, books }: Pipeline, { batchId, source }: Batch): TableDefinition {
  if (source === CORRECTIONS) return books.corrections;
  const found = sources.find(({ contract }) => contract.source === source);
  if (found !== undefined && isLineLog(found)) return found.bronze;
  const see = found === undefined ? '' : `; see "lake show ${found.bronze.name}"`;
  throw new LakeError(
    'invalid-input',
    `Batch ${batchId} is a file of ${source} that is no log of lines: bronze keeps its records as text, not the file's bytes. Only batches of logs of lines and corrections can be restored${see}.`,
    { details: { batch: batchId, source } },
  );
}
