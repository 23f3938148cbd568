// What was checked: of a snapshot, or of the newest run that was refused.

import { LakeError } from '../../common/errors.js';
import type { CheckResult } from '../../pipeline/checks/check-results.js';
import { newestFailedRun } from '../../pipeline/books/failed-runs.js';
import { heldChecks } from '../../pipeline/checks/snapshot-checks.js';
import { withOrigins } from './check-origins.js';
import type { AtSnapshot } from '../operation-options.js';
import { pipelineOf, viewAt, type Parts } from '../lake-context.js';
import { checkReport, type CheckReport } from './check-report.js';

/** `lake checks`. */
export interface ChecksReport {
  readonly snapshot: number;
  /** Failed errors first, then failed warnings, then what passed. */
  readonly checks: readonly CheckReport[];
}

/** `lake checks --failed-run`. */
export interface FailedRunReport {
  readonly operation: string;
  readonly commitId: string;
  /** The snapshot that stayed the head; null before the first. */
  readonly parent: number | null;
  readonly startedAt: string;
  readonly failedAt: string;
  readonly batches: readonly {
    readonly batchId: string;
    readonly source: string;
    /** The file's name; `fileName` says the same. */
    readonly sourceFile: string;
    readonly fileName: string;
    readonly records: number;
    readonly accepted: number;
    readonly known: boolean;
  }[];
  readonly checks: readonly CheckReport[];
}

/** Which checks, and what of them. */
export interface ChecksOptions extends AtSnapshot {
  /** That one alone. */
  readonly name?: string;
  /** Whether the records behind sampled rows are looked for, which reads what arrived. They are unless this is false. */
  readonly isTraced?: boolean;
}

/** The checks of a snapshot, failing ones first, with where their sampled rows came from. */
export async function checks(
  parts: Parts,
  { snapshot, name, isTraced = true }: ChecksOptions,
): Promise<ChecksReport> {
  const view = await viewAt(parts, snapshot);
  const held = (await heldChecks(view)).filter((check) => name === undefined || check.name === name);
  const traced = isTraced ? await withOrigins(view, pipelineOf(parts).pipeline, held) : held;
  return { snapshot: view.snapshot.snapshotId, checks: inOrder(traced).map(checkReport) };
}

/**
 * The evidence of the newest run that was refused.
 * @throws LakeError `not-found` where none was
 */
export async function failedRun({ storage }: Parts): Promise<FailedRunReport> {
  const run = await newestFailedRun(storage);
  if (run === undefined)
    throw new LakeError(
      'not-found',
      `No run was refused here: ${storage.location} keeps no evidence of one.`,
    );
  const { operation, commitId, parent, startedAt, failedAt, batches, checks: results } = run;
  return {
    operation,
    commitId,
    parent,
    startedAt,
    failedAt,
    batches: batches.map((batch) => ({ ...batch, sourceFile: batch.fileName })),
    checks: inOrder(results).map(checkReport),
  };
}

/** Failed errors, failed warnings, the others; each by name. */
function inOrder(results: readonly CheckResult[]): readonly CheckResult[] {
  const rank = ({ status, severity }: CheckResult): number =>
    status === 'pass' ? 2 : severity === 'error' ? 0 : 1;
  return results.toSorted((a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : 1));
}
