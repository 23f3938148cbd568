// What `lake checks` answers. These shapes are its `--json`: later versions only add to them.

import type { CheckReport } from '../operation-results.js';

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
    readonly fileName: string;
    readonly records: number;
    readonly accepted: number;
    readonly known: boolean;
  }[];
  readonly checks: readonly CheckReport[];
}
