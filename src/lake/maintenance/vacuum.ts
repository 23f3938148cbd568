// Deleting what no snapshot names.

import { defaultVacuumGraceMs } from '../../format/lake-file.js';
import { readLakeFile } from '../../table/snapshot-lookup.js';
import { openForDeleting } from '../../table/lake-file.js';
import * as table from '../../table/maintenance/vacuum.js';
import type { ChangeOptions } from '../operation-options.js';
import { viewAt, type Parts } from '../lake-context.js';

/** Which files may go. */
export interface VacuumOptions extends ChangeOptions {
  /** Younger files stay; the lake's own grace period unless said. */
  readonly graceMs?: number;
  /** Deletes files that no lake wrote, too. */
  readonly foreign?: boolean;
}

/** `lake vacuum`: what was deleted, under which rules. */
export interface VacuumReport extends table.VacuumReport {
  readonly graceMs: number;
  readonly dryRun: boolean;
}

/** A file that went, or would. */
export type VacuumedFile = table.VacuumFile;

/** @throws LakeError `not-found` before the first snapshot; as the table layer's `vacuum` */
export async function vacuum(parts: Parts, options: VacuumOptions): Promise<VacuumReport> {
  const { foreign = false, dryRun = false, signal, onProgress } = options;
  await viewAt(parts);
  if (!dryRun) await openForDeleting(parts.storage, parts.runtime);
  const lake = await readLakeFile(parts.storage);
  const graceMs = options.graceMs ?? lake?.vacuumGraceMs ?? defaultVacuumGraceMs;
  const report = await table.vacuum(parts.storage, parts.runtime, {
    graceMs,
    foreign,
    dryRun,
    ...(signal && { signal }),
    onProgress: (done, total) => onProgress?.({ stage: 'deleting', done, total, unit: 'files' }),
  });
  return { ...report, graceMs, dryRun };
}
