// Whether every byte that snapshots name is what was committed.

import { resolveReference } from '../../table/snapshot-lookup.js';
import * as table from '../../table/verify/verify.js';
import type { OperationOptions } from '../operation-options.js';
import type { Parts } from '../lake-context.js';

/** Which snapshots; without either: the head. */
export interface VerifyOptions extends OperationOptions {
  readonly snapshot?: string;
  readonly all?: boolean;
}

/** `lake verify`: what was read, and what is wrong with it. */
export interface VerifyReport extends table.VerifyReport {
  readonly durationMs: number;
}

/** Something that is wrong with a file. */
export type VerifyProblem = table.Problem;

/** @throws LakeError `not-found` for a snapshot that is not there; never for damage */
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
