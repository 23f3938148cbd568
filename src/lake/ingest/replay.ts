// Refused records that come back: what the settings accept by now, or a file of corrected ones.

import type { CorrectionsFile } from '../../pipeline/books/corrections-table.js';
import { readWhole } from '../../pipeline/read/source-bytes.js';
import { byteFile } from '../../pipeline/read/source-files.js';
import { isGzipName } from '../../pipeline/read/source-names.js';
import { StreamCopies } from '../../pipeline/read/stream-copies.js';
import { runReplay, type CorrectionsOutcome, type ReplayOutcome } from '../../pipeline/run/replay.js';
import type { LakeView } from '../../table/view.js';
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
  /** Of a corrections file. Refused corrections are in the quarantine themselves, unless none was accepted: then the
   * lake is as it was. */
  readonly corrections?: CorrectionsOutcome;
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
  let outcome: ReplayOutcome | undefined;
  const rebuilt = await rebuild(parts, 'replay', options, async (basis) => {
    outcome = await runReplay({
      ...basis,
      pipelineUnder: (settings) => parts.pipeline.under({ ...parts.settings.rows, ...settings }),
      ...(corrections && { corrections }),
    });
    return outcome.run;
  });
  const ofCorrections = outcome?.corrections && { corrections: outcome.corrections };
  if (rebuilt === undefined) {
    const same = await refusedByReason(await viewAt(parts), pipeline);
    return { changed: false, before: same, after: same, run: null, dryRun, ...ofCorrections };
  }
  const { report, before, after } = rebuilt;
  const [refusedBefore, refusedAfter] = await Promise.all(
    [before, after].map((view: LakeView) => refusedByReason(view, pipeline)),
  );
  return {
    changed: true,
    before: refusedBefore!,
    after: refusedAfter!,
    run: report,
    dryRun,
    ...ofCorrections,
  };
}

/** What to do where there is no file of corrections. */
const MAKE_CORRECTIONS =
  'Check the path, or write the refused records to a file with "lake quarantine --export FILE" and correct them';

async function readCorrections(
  { runtime }: Parts,
  path: string,
  { ingestDate, signal }: ReplayOptions,
): Promise<CorrectionsFile> {
  const copies = new StreamCopies(signal && { signal });
  try {
    const file = await byteFile(path, isGzipName(path), copies, MAKE_CORRECTIONS);
    const bytes = await readWhole(file);
    return { path, bytes, ingestDate: ingestDay(ingestDate, runtime.now()) };
  } finally {
    await copies.close();
  }
}
