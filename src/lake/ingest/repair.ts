// What verify finds damaged, made again from bronze. A table's files are a pure function of its batches, so the rebuilt
// bytes are the committed ones, and lie where every snapshot looks for them; only another program's bytes are replaced.

import { isLakeError, LakeError } from '../../common/errors.js';
import { runRepair, type RebuildOutcome } from '../../pipeline/run/backfill.js';
import type { RunBasis } from '../../pipeline/run/ingest.js';
import { openForWriting } from '../../table/lake-file.js';
import { findHead } from '../../table/snapshot-lookup.js';
import { verify, type Problem, type VerifyReport } from '../../table/verify/verify.js';
import { openView } from '../../table/view.js';
import type { OperationOptions } from '../operation-options.js';
import { pipelineOf, runBasisOf, startEngineFor, type Parts } from '../lake-context.js';
import { progressOf, startResources } from './run-resources.js';
import { isRepairable, type VerifyProblem } from '../maintenance/verify.js';

/** `lake repair --json`. */
export interface RepairReport {
  readonly dryRun: boolean;
  /** What was wrong. */
  readonly problems: number;
  /** Files that got their bytes back. */
  readonly healed: readonly string[];
  /** The snapshot that replaces files whose bytes another version of the program wrote; null when there was no need. */
  readonly snapshot: number | null;
  /** What bronze does not tell how to make again. */
  readonly remaining: readonly VerifyProblem[];
  /** For a dry run: files that bronze tells how to make again. */
  readonly repairable: readonly string[];
  readonly durationMs: number;
}

/** @throws LakeError `check-failed`, `conflict`; what cannot be made again is in the report */
export async function repair(
  parts: Parts,
  options: OperationOptions & { readonly dryRun?: boolean },
): Promise<RepairReport> {
  const { storage, runtime } = parts;
  const startedAt = runtime.now();
  if ((await findHead(storage)) === 0) throw new LakeError('not-found', 'There is no lake to repair.');
  const before = await verifyAll(parts, options);
  const { pipeline } = pipelineOf(parts);
  const canBeMade = (problem: Problem): boolean => isRepairable(pipeline, problem);
  const repairable = before.problems.filter(canBeMade);
  const common = { problems: before.problems.length, dryRun: options.dryRun === true };
  const durationMs = (): number => Math.round((runtime.now() - startedAt) / 1000);
  if (options.dryRun === true || repairable.length === 0) {
    const remaining = before.problems.filter((problem) => !canBeMade(problem));
    const paths = repairable.map(({ path }) => path);
    return { ...common, healed: [], snapshot: null, remaining, repairable: paths, durationMs: durationMs() };
  }
  await openForWriting(storage, runtime);
  const { healed, snapshot } = await rebuild(parts, options, repairable);
  const after = await verifyAll(parts, options);
  return { ...common, healed, snapshot, remaining: after.problems, repairable: [], durationMs: durationMs() };
}

function verifyAll({ storage }: Parts, { signal, onProgress }: OperationOptions): Promise<VerifyReport> {
  return verify(storage, {
    snapshots: 'all',
    ...(signal && { signal }),
    onProgress: (done, total) => onProgress?.({ stage: 'verifying', done, total, unit: 'bytes' }),
  });
}

interface Rebuilt {
  readonly healed: readonly string[];
  readonly snapshot: number | null;
}

/** Snapshot by snapshot, newest first, until no damaged file is left that one of them names. */
async function rebuild(
  parts: Parts,
  { signal, onProgress }: OperationOptions,
  problems: readonly Problem[],
): Promise<Rebuilt> {
  const { storage, runtime } = parts;
  const started = startResources((needs) => startEngineFor(parts, needs));
  const basis: RunBasis = {
    storage,
    runtime,
    resources: started.resources,
    dryRun: false,
    ...runBasisOf(parts),
    ...(signal && { signal }),
    onStage: (stage, done, total) => onProgress?.(progressOf(stage, done, total)),
  };
  try {
    return await rebuildEach(parts, basis, problems);
  } finally {
    await started.close();
  }
}

async function rebuildEach(parts: Parts, basis: RunBasis, problems: readonly Problem[]): Promise<Rebuilt> {
  const healed = new Set<string>();
  const head = await findHead(parts.storage);
  let snapshot: number | null = null;
  for (const id of newestFirst(problems)) {
    const isNeeded = problems.some(({ path, snapshots }) => snapshots.includes(id) && !healed.has(path));
    if (!isNeeded) continue;
    const outcome = await rebuildOne(parts, basis, id, id === head);
    for (const path of outcome?.healed ?? []) healed.add(path);
    snapshot ??= outcome?.snapshot ?? null;
  }
  return { healed: [...healed].sort(), snapshot };
}

const newestFirst = (problems: readonly Problem[]): readonly number[] =>
  [...new Set(problems.flatMap(({ snapshots }) => snapshots))].sort((a, b) => b - a);

/** Undefined when the snapshot cannot be made again: its damage stays, and the report says so. */
async function rebuildOne(
  { storage, runtime }: Parts,
  basis: RunBasis,
  id: number,
  isHead: boolean,
): Promise<RebuildOutcome | undefined> {
  try {
    return await runRepair(basis, isHead ? 'head' : await openView(storage, id));
  } catch (error) {
    const isHopeless = isLakeError(error, 'corrupt') || isLakeError(error, 'not-found');
    const isOfOtherRules = isLakeError(error, 'invalid-input') && !isHead;
    if (!isHopeless && !isOfOtherRules) throw error;
    runtime.log('warn', `Snapshot ${id} cannot be made again: ${error.message}`);
    return undefined;
  }
}
