// Tables made again from bronze: of some days, or everything.

import { daysOfIso } from '../../common/calendar.js';
import { LakeError } from '../../common/errors.js';
import { runBackfill, type DayRange } from '../../pipeline/run/backfill.js';
import type { Parts } from '../lake-context.js';
import { rebuild, type RebuildReport } from './rebuild.js';
import type { OperationOptions } from '../operation-options.js';

/** A range of days, or everything. */
export interface BackfillOptions extends OperationOptions {
  /** `YYYY-MM-DD`, both included. */
  readonly from?: string;
  readonly to?: string;
  readonly all?: boolean;
  readonly dryRun?: boolean;
}

/** `lake backfill --json`. */
export interface BackfillReport extends RebuildReport {
  /** The days that were made again; null: everything. */
  readonly days: { readonly from: string; readonly to: string } | null;
}

/** @throws LakeError `invalid-input` for no range; `check-failed`; `corrupt` when bronze is damaged */
export async function backfill(parts: Parts, options: BackfillOptions): Promise<BackfillReport> {
  const days = rangeOf(options);
  const rebuilt = await rebuild(parts, 'backfill', options, (basis) =>
    runBackfill({ ...basis, ...(days && { days }) }),
  );
  if (rebuilt === undefined) throw new Error('a backfill publishes a snapshot');
  return { ...rebuilt.report, days: days ?? null };
}

/** @throws LakeError `invalid-input` unless it is a range of days, or everything */
function rangeOf({ from, to, all = false }: BackfillOptions): DayRange | undefined {
  if (all && from === undefined && to === undefined) return undefined;
  if (all || from === undefined || to === undefined)
    throw new LakeError(
      'invalid-input',
      'What should be rebuilt? Give a range of days (--from 2024-03-01 --to 2024-03-31), or --all.',
    );
  for (const day of [from, to])
    if (daysOfIso(day) === null)
      throw new LakeError('invalid-input', `"${day}" is not a day; expected YYYY-MM-DD.`, {
        details: { actual: day },
      });
  if (from <= to) return { from, to };
  throw new LakeError(
    'invalid-input',
    `The range ${from} to ${to} is empty: its first day is after its last.`,
    {
      details: { from, to },
    },
  );
}
