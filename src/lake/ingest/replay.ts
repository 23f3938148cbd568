// Refused records that come back: what the settings accept by now, or a file of corrected ones.

import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { LakeError } from '../../common/errors.js';
import type { CorrectionsFile } from '../../pipeline/books/corrections-table.js';
import { runReplay } from '../../pipeline/run/replay.js';
import type { LakeView } from '../../table/view.js';
import { batchesMissing } from '../history/batches.js';
import { ingestDay } from './ingest-day.js';
import { pipelineOf, viewAt, type Parts } from '../lake-context.js';
import { refusedByReason } from '../quarantine/quarantine.js';
import { rebuild, type RebuildReport } from './rebuild.js';
import type { OperationOptions } from '../operation-options.js';

/** What to take back in: corrected records, or what today's settings accept. */
export interface ReplayOptions extends OperationOptions {
  /** A file in the shape of `exportQuarantine`, its records corrected. */
  readonly from?: string;
  /** Of the corrections; `YYYY-MM-DD`, today (UTC) unless said. */
  readonly ingestDate?: string;
  readonly dryRun?: boolean;
}

/** `lake replay --json`. */
export interface ReplayReport {
  /** False when nothing that was refused is acceptable now, or the corrections are in the lake already. */
  readonly changed: boolean;
  /** Records in the quarantine before and after, by reason. */
  readonly before: Readonly<Record<string, number>>;
  readonly after: Readonly<Record<string, number>>;
  /** Of a corrections file: its records, and those that are accepted now; the others are in the quarantine themselves. */
  readonly corrections?: { readonly records: number; readonly accepted: number };
  /** The run; null when there was nothing to do. */
  readonly run: RebuildReport | null;
  readonly dryRun: boolean;
}

/** @throws LakeError `invalid-input` for corrections that name no refused record, or settings that touch accepted ones; `check-failed` */
export async function replay(parts: Parts, options: ReplayOptions): Promise<ReplayReport> {
  const { dryRun = false } = options;
  const { pipeline } = pipelineOf(parts);
  const corrections =
    options.from === undefined ? undefined : await readCorrections(parts, options.from, options);
  const rebuilt = await rebuild(parts, 'replay', options, (basis) =>
    runReplay({
      ...basis,
      pipelineUnder: (settings) => parts.pipeline.under({ ...parts.settings.rows, ...settings }),
      ...(corrections && { corrections }),
    }),
  );
  if (rebuilt === undefined) {
    const same = await refusedByReason(await viewAt(parts), pipeline);
    return { changed: false, before: same, after: same, run: null, dryRun };
  }
  const { report, before, after } = rebuilt;
  const [refusedBefore, refusedAfter] = await Promise.all(
    [before, after].map((view: LakeView) => refusedByReason(view, pipeline)),
  );
  const [batch] = await batchesMissing(pipeline, after, before);
  return {
    changed: true,
    before: refusedBefore!,
    after: refusedAfter!,
    run: report,
    dryRun,
    ...(batch && { corrections: { records: batch.records, accepted: batch.accepted } }),
  };
}

async function readCorrections(
  { runtime }: Parts,
  path: string,
  { ingestDate }: ReplayOptions,
): Promise<CorrectionsFile> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new LakeError('invalid-input', `${path}: the corrections cannot be read: ${reason}.`, {
      cause,
      details: { path },
    });
  });
  return { path, bytes: unzipped(path, bytes), ingestDate: ingestDay(ingestDate, runtime.now()) };
}

function unzipped(path: string, bytes: Uint8Array): Uint8Array {
  if (!path.endsWith('.gz')) return bytes;
  try {
    return gunzipSync(bytes);
  } catch (cause) {
    throw new LakeError('invalid-input', `${path}: expected a gzip file, found other or torn bytes.`, {
      cause,
      details: { path },
    });
  }
}
