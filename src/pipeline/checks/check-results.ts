// What came of checks: their results, under what users say about them, and the refusal to publish.

import { LakeError } from '../../common/errors.js';
import type { Check } from '../define/spec/pipeline-spec.js';
import { severityOf, type CheckPolicy } from '../define/spec/check-policy.js';

/** Part of a run's summary and of its report. */
export interface CheckResult {
  readonly name: string;
  readonly severity: 'error' | 'warn';
  readonly status: 'pass' | 'fail';
  readonly value: number;
  /** What passes: a number, or bounds as text (`at most 7`). */
  readonly expected: number | string;
  /** Why it matters; shown when it fails. */
  readonly reason: string;
  /** Of a failed check: the first of what is wrong, in a total order. */
  readonly sample?: readonly SampleRow[];
}

/** Something that is wrong, by column; values as text. */
export type SampleCells = Readonly<Record<string, string | null>>;

/** One of the rows that a check found wrong. */
export interface SampleRow {
  readonly cells: SampleCells;
  /** The records that the row was made of, where they were looked up. */
  readonly origins?: readonly RecordOrigin[];
}

/** Where a record arrived. */
export interface RecordOrigin {
  readonly source: string;
  readonly sourceFile: string;
  /** Physical and 1-based; of an array element its position. */
  readonly lineNumber: number;
  readonly batchId: string;
}

/** Rows of a sample at most. */
export const SAMPLE_ROWS = 5;

/** Code points of a sampled value at most. */
const SHOWN_CODE_POINTS = 200;

/** What a check is, apart from how it finds out. */
export type Checked = Pick<Check, 'name' | 'severity' | 'reason'>;

/** `pass` when the value is as expected. */
export function checkResult(
  checked: Checked,
  value: number,
  expected: number,
  sample: readonly SampleCells[] = [],
): CheckResult {
  return statedResult(checked, { isFailed: value !== expected, value, expected, sample });
}

/** A result whose bounds were compared elsewhere. */
export function statedResult(
  { name, severity, reason }: Checked,
  found: {
    readonly isFailed: boolean;
    readonly value: number;
    readonly expected: number | string;
    readonly sample: readonly SampleCells[];
  },
): CheckResult {
  const { isFailed, value, expected } = found;
  const sample = isFailed
    ? found.sample.slice(0, SAMPLE_ROWS).map((cells) => ({ cells: clipped(cells) }))
    : [];
  return {
    name,
    severity,
    reason,
    value,
    expected,
    status: isFailed ? 'fail' : 'pass',
    ...(sample.length > 0 && { sample }),
  };
}

const clipped = (cells: SampleCells): SampleCells =>
  Object.fromEntries(
    Object.entries(cells).map(([column, text]) => [column, text === null ? null : clip(text)]),
  );

const clip = (text: string): string =>
  text.length <= SHOWN_CODE_POINTS ? text : `${Array.from(text).slice(0, SHOWN_CODE_POINTS).join('')}…`;

/** What holds for the tables as a run leaves them. */
interface Carried {
  readonly parent: readonly CheckResult[];
  /** Names of all checks that there are. */
  readonly known: ReadonlySet<string>;
  readonly policy: CheckPolicy;
}

/**
 * Results of this run, and those of the parent for checks that had nothing to look at, by name; each as severe as the
 * policy says, without those that are off.
 */
export function carryOver(
  found: readonly CheckResult[],
  { parent, known, policy }: Carried,
): readonly CheckResult[] {
  const names = new Set(found.map(({ name }) => name));
  const carried = parent.filter(({ name }) => known.has(name) && !names.has(name));
  return [...found, ...carried]
    .flatMap((result) => underPolicy(result, policy))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function underPolicy(result: CheckResult, policy: CheckPolicy): readonly CheckResult[] {
  const severity = severityOf(policy, result.name, result.severity);
  return severity === 'off' ? [] : [{ ...result, severity }];
}

/** Those for which nothing may be published. */
export const failuresOf = (results: readonly CheckResult[]): readonly CheckResult[] =>
  results.filter(({ severity, status }) => severity === 'error' && status === 'fail');

/** The refusal to publish; `evidence` is where it was kept. */
export function checkFailure(failed: readonly CheckResult[], evidence: string | undefined): LakeError {
  const list = failed
    .map(({ name, value, expected }) => `${name} is ${value}, expected ${expected}`)
    .join('; ');
  const checks = failed.length === 1 ? '1 check failed' : `${failed.length} checks failed`;
  const see = evidence === undefined ? '' : ' The rows that are wrong: lake checks --failed-run';
  return new LakeError(
    'check-failed',
    `${checks} on the tables of this run: ${list}. Nothing was published. ${failed[0]?.reason ?? ''}${see}`,
    {
      details: {
        ...Object.fromEntries(failed.map(({ name, value }) => [name, value])),
        ...(evidence !== undefined && { evidence }),
      },
    },
  );
}
