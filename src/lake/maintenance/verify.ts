// Whether every byte that snapshots name is what was committed.

import { resolveReference } from '../../table/snapshot-lookup.js';
import * as table from '../../table/verify/verify.js';
import type { VerifyOptions } from '../lake.js';
import type { Parts } from '../lake-context.js';
import type { VerifyReport } from './maintenance-results.js';

export async function verify(parts: Parts, options: VerifyOptions): Promise<VerifyReport> {
  const { storage, runtime } = parts;
  const { signal, onProgress, all = false, snapshot = 'head' } = options;
  const startedAt = runtime.now();
  const id = await resolveReference(storage, all ? 'head' : snapshot);
  const report = await table.verify(storage, {
    snapshots: all ? 'all' : [id],
    ...(signal && { signal }),
    onProgress: (done, total) => onProgress?.({ stage: 'verifying', done, total, unit: 'bytes' }),
  });
  return { ...report, durationMs: Math.round((runtime.now() - startedAt) / 1000) };
}
