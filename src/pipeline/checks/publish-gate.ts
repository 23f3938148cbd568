// Write, audit, publish: between what a run has written and the commit stands what its checks say.

import { carryOver, checkFailure, failuresOf, type CheckResult } from './check-results.js';
import { checkNames } from './check-names.js';
import { keepFailedRun } from '../books/failed-runs.js';
import { heldChecks } from './snapshot-checks.js';
import { defaultPolicy } from '../define/spec/check-policy.js';
import type { ReadBatch } from '../read/read-batch.js';
import type { Attempt, RunBasis } from '../run/run-basis.js';
import { stagedView } from '../stage/staged-view.js';

/** A run, as far as its checks need to know it. */
interface Audited {
  readonly operation: string;
  readonly read: readonly ReadBatch[];
  /** What the run's checks came to. */
  readonly found: readonly CheckResult[];
}

/**
 * The checks that hold for the tables as the run leaves them.
 * @throws LakeError `check-failed` if one fails that is an error; the evidence is kept
 */
export async function audit(
  options: RunBasis,
  state: Attempt,
  { operation, read, found }: Audited,
): Promise<readonly CheckResult[]> {
  const { pipeline, policy = defaultPolicy } = options;
  const known = new Set(checkNames(pipeline));
  const checks = carryOver(found, { parent: await heldChecks(state.base), known, policy });
  const failed = failuresOf(checks);
  if (failed.length === 0) return checks;
  const traced = (await options.trace?.(stagedView(pipeline, state.tables), checks)) ?? checks;
  throw checkFailure(failed, await keepFailedRun(options, state, { operation, read, checks: traced }));
}
