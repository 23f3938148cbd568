// The checks that hold for a snapshot: those of the run that made its rows. Merging files changes no row and runs none.

import { isLakeError } from '../../common/errors.js';
import { runFacts } from '../../format/summary.js';
import { openView, type LakeView } from '../../table/view.js';
import type { CheckResult } from './check-results.js';

/** None where the run that made the rows has expired, or before the first. */
export async function heldChecks(view: LakeView | null): Promise<readonly CheckResult[]> {
  for (let at = view; at !== null; at = await originOf(at)) {
    const { checks } = runFacts(at.snapshot);
    if (checks !== undefined) return checks;
  }
  return [];
}

/** The snapshot whose rows one without a run has: of a rollback the one that it went back to. */
async function originOf({ storage, snapshot }: LakeView): Promise<LakeView | null> {
  const origin = runFacts(snapshot).to ?? snapshot.parentId;
  try {
    return origin === null ? null : await openView(storage, origin);
  } catch (error) {
    if (isLakeError(error, 'not-found')) return null;
    throw error;
  }
}
