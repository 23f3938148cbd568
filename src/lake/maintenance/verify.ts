// Whether every byte that snapshots name is what was committed.

import type { Pipeline } from '../../pipeline/define/pipeline.js';
import { isMadeAgain } from '../../pipeline/define/roles.js';
import { resolveReference } from '../../table/snapshot-lookup.js';
import * as table from '../../table/verify/verify.js';
import type { OperationOptions } from '../operation-options.js';
import { pipelineOf, type Parts } from '../lake-context.js';

/** Which snapshots; without either: the head. */
export interface VerifyOptions extends OperationOptions {
  readonly snapshot?: string;
  readonly all?: boolean;
}

/** `lake verify`: what was read, and what is wrong with it. */
export interface VerifyReport extends table.VerifyReport {
  /** Paths of damaged files that can be made again from what arrived: `lake repair` does. */
  readonly repairable: readonly string[];
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
  const { pipeline } = pipelineOf(parts);
  const repairable = report.problems.filter((problem) => isRepairable(pipeline, problem));
  return {
    ...report,
    repairable: repairable.map(({ path }) => path),
    durationMs: Math.round((runtime.now() - startedAt) / 1000),
  };
}

/** Whether `lake repair` can help: the file's table can be made again of what arrived. */
export const isRepairable = (pipeline: Pipeline, { role, table: name }: VerifyProblem): boolean =>
  (role === 'data file' || role === 'key index') && name !== undefined && isMadeAgain(pipeline, name);
