// A check's result as operations answer it. These shapes are the command line's `--json`: later versions only add to them.

import type { CheckResult } from '../../pipeline/checks/check-results.js';

/** What a check found. */
export interface CheckReport {
  readonly name: string;
  readonly severity: 'error' | 'warn';
  readonly status: 'pass' | 'fail';
  readonly value: number | string;
  readonly expected: number | string;
  /** Why it matters. */
  readonly reason?: string;
  /** Of a failed check: the first of what is wrong. */
  readonly sample?: readonly SampleReport[];
}

/** A row that a check found. */
export interface SampleReport {
  /** Values as text, by column. */
  readonly cells: Readonly<Record<string, string | null>>;
  /** The records that it was made of, where they were looked up. */
  readonly origins?: readonly {
    readonly source: string;
    readonly sourceFile: string;
    readonly lineNumber: number;
    readonly batchId: string;
  }[];
}

/** The result without what only the machinery needs. */
export function checkReport(result: CheckResult): CheckReport {
  const { name, severity, status, value, expected, reason, sample } = result;
  return {
    name,
    severity,
    status,
    value,
    expected,
    reason,
    ...(sample && { sample }),
  };
}
