// What `lake metrics` answers. These shapes are its `--json`: later versions only add to them.

/** `lake metrics`. */
export interface MetricsReport {
  readonly snapshot: number;
  /** What is measured of each run, in the order of the table. */
  readonly metrics: readonly {
    readonly name: string;
    readonly about: string;
    /** A rate is a share from 0 to 1. */
    readonly kind: 'rate' | 'number';
    readonly check: string;
  }[];
  /** Oldest first. */
  readonly runs: readonly RunReport[];
}

export interface RunReport {
  readonly run: number;
  readonly ingestDate: string;
  readonly newestDate: string | null;
  readonly batches: number;
  readonly bytes: number;
  readonly records: number;
  readonly accepted: number;
  readonly rejected: Readonly<Record<string, number>>;
  readonly recordsBySource: Readonly<Record<string, number>>;
  readonly duplicates: number;
  readonly conflicts: number;
  readonly newRows: number;
  readonly lateRows: number;
  /** By the names of `metrics`; null where the run has no such figure. */
  readonly values: Readonly<Record<string, number | null>>;
}
