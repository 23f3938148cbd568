// A log batch's bytes as they were read, put together again from bronze and checked against their hash.

import { createHash } from 'node:crypto';
import { LakeError } from '../../common/errors.js';
import { tableToRows } from '../../parquet/rows.js';
import { batchOfRow } from '../../pipeline/books/batch-rows.js';
import { CORRECTIONS } from '../../pipeline/books/corrections.js';
import type { Batch } from '../../pipeline/books/ledger.js';
import { refuseOther, storedLines } from '../../pipeline/read/bronze-lines.js';
import type { LakeView } from '../../table/view.js';
import { writeWhole } from './export.js';
import type { OperationOptions } from '../operation-options.js';
import { tableNamed, viewAt, type Parts } from '../lake-context.js';

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
  const batch = await batchNamed(view, id);
  const bronze = await tableNamed(view, `bronze.${batch.source}`);
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
async function batchNamed(view: LakeView, id: string): Promise<Batch> {
  const state = await tableNamed(view, 'bronze.batches');
  const contents = await Promise.all((await state.files()).map((file) => state.rows(file)));
  const batches = contents.flatMap((rows) => tableToRows(rows, state.schema)).map(batchOfRow);
  const matches = batches.filter(({ batchId }) => id !== '' && batchId.startsWith(id));
  const [batch] = matches;
  if (batch === undefined || matches.length > 1)
    throw new LakeError(
      'not-found',
      `${matches.length === 0 ? 'No' : String(matches.length)} batches of this lake have an id that begins with "${id}"; expected exactly one. See "lake query 'SELECT batch_id, file_name FROM bronze.batches'".`,
      { details: { batch: id } },
    );
  if (batch.source !== 'events' && batch.source !== CORRECTIONS) throw notALog(batch);
  return batch;
}

function notALog({ batchId, source }: Batch): LakeError {
  return new LakeError(
    'invalid-input',
    `Batch ${batchId} is an extract of ${source}: bronze keeps its records as text, not the file's bytes. Only batches of logs and corrections can be restored; see "lake show bronze.${source}".`,
    { details: { batch: batchId, source } },
  );
}
