// Refused records one by one, newest first.

import { pipelineOf, viewAt, type Parts } from '../lake-context.js';
import { chosenRows, type QuarantineOptions, type RefusedRow } from '../quarantine/quarantine.js';

/** @throws LakeError `not-found` for a reason or a source that no refused record has */
export async function refusedRecords(
  parts: Parts,
  { limit, ...options }: QuarantineOptions & { readonly limit: number },
): Promise<{ readonly total: number; readonly records: readonly RefusedRow[] }> {
  const view = await viewAt(parts, options.snapshot);
  const rows = await chosenRows(view, pipelineOf(parts).pipeline, options);
  return { total: rows.length, records: rows.slice(-limit).toReversed() };
}
