// The quarantine as a file that can be corrected and given back: each record whole, as bronze has it, with its place. A
// record that is not UTF-8 has its bytes in base64; given back as it is, a file changes nothing.

import { isUtf8 } from 'node:buffer';
import { placeKey } from '../../pipeline/books/corrections.js';
import { bronzeTables, recordsAt } from '../../pipeline/read/bronze-records.js';
import { LakeError } from '../../common/errors.js';
import { writeWhole } from '../read/export.js';
import type { OperationOptions } from '../operation-options.js';
import { type QuarantineOptions, chosenRows, type RefusedRow, type QuarantineExport } from './quarantine.js';
import { pipelineOf, viewAt, type Parts } from '../lake-context.js';

/**
 * Elements of accepted records are left out: they have no line of their own in bronze.
 * @throws LakeError `not-found` for a reason or a source that no refused record has; `invalid-input` where there are elements
 *   alone, or `out` cannot be written
 */
export async function exportQuarantine(
  parts: Parts,
  { out, signal, ...options }: QuarantineOptions & OperationOptions & { readonly out: string },
): Promise<QuarantineExport> {
  const view = await viewAt(parts, options.snapshot);
  const { pipeline } = pipelineOf(parts);
  const chosen = await chosenRows(view, pipeline, options);
  const rows = chosen.filter(({ element }) => element === undefined);
  if (rows.length === 0 && chosen.length > 0) throw noRecords(chosen.length, out);
  const places = rows.map(({ batchId, line }) => ({ batchId, lineNumber: line }));
  const records = await recordsAt(view, places, bronzeTables(pipeline), signal);
  const written = await writeWhole(out, async (file) => {
    for (const [i, row] of rows.entries())
      await file.write(`${JSON.stringify(exported(row, records.get(placeKey(places[i]!))))}\n`);
  });
  const elements = chosen.length - rows.length;
  return { snapshot: view.snapshot.snapshotId, records: rows.length, elements, ...written };
}

const noRecords = (elements: number, path: string): LakeError =>
  new LakeError(
    'invalid-input',
    `${path}: these are ${elements} elements of records that were accepted; expected refused records to correct. Nothing was written. Deliver the records again with their arrays as they should be.`,
    { details: { path, elements } },
  );

/** The members that `replay --from` reads, and others for people: `raw_shown` where `raw` cannot be written as text. */
function exported(
  { source, batchId, line, file, reason, raw, ingestDate }: RefusedRow,
  record: Uint8Array = Buffer.from(raw),
): object {
  const bytes = Buffer.from(record.buffer, record.byteOffset, record.length);
  return {
    source,
    batch_id: batchId,
    line_number: line,
    source_file: file,
    reject_reason: reason,
    file,
    reason,
    ingest_date: ingestDate,
    ...(isUtf8(bytes)
      ? { raw: bytes.toString('utf8') }
      : { raw_base64: bytes.toString('base64'), raw_shown: raw }),
  };
}
