// Deleting what no snapshot names.

import { defaultVacuumGraceMs } from '../../format/lake-file.js';
import { readLakeFile } from '../../table/snapshot-lookup.js';
import * as table from '../../table/maintenance/vacuum.js';
import type { VacuumOptions } from '../lake.js';
import { headForWriting, type Parts } from '../lake-context.js';
import type { VacuumReport } from './maintenance-results.js';

export async function vacuum(parts: Parts, options: VacuumOptions): Promise<VacuumReport> {
  const { foreign = false, dryRun = false, signal, onProgress } = options;
  await headForWriting(parts, dryRun);
  const lake = await readLakeFile(parts.storage);
  const graceMs = options.graceMs ?? lake?.vacuumGraceMs ?? defaultVacuumGraceMs;
  const report = await table.vacuum(parts.storage, parts.runtime, {
    ...{ graceMs, foreign, dryRun },
    ...(signal && { signal }),
    onProgress: (done, total) => onProgress?.({ stage: 'deleting', done, total, unit: 'files' }),
  });
  return { ...report, graceMs, dryRun };
}
