// What the lake's operations answer. These shapes are the command line's `--json`: later versions only add to them.

export interface BatchReport {
  readonly source: string;
  /** As it was given. */
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly records: number;
  readonly accepted: number;
  readonly rejected: Readonly<Record<string, number>>;
  readonly batchId: string;
  /** The lake held these bytes already: nothing was read again, the counts are those of the first time. */
  readonly known: boolean;
}

export interface TableReport {
  readonly rows: number;
  readonly files: number;
  readonly bytes: number;
  readonly changedPartitions: number;
}

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

/** `lake ingest --json`. */
export interface IngestReport {
  /** Null for a dry run. */
  readonly snapshot: number | null;
  readonly parent: number | null;
  readonly changed: boolean;
  readonly batches: readonly BatchReport[];
  readonly tables: Readonly<Record<string, TableReport>>;
  readonly checks: readonly CheckReport[];
  readonly durationMs: number;
  /** Null when no engine was started. */
  readonly engine: string | null;
  /** For a dry run: what the run would do. */
  readonly plan?: IngestPlan;
}

export interface IngestPlan {
  /** Partitions of each parsed table that would be rewritten. */
  readonly partitions: Readonly<Record<string, readonly string[]>>;
  /** Models that would run again. */
  readonly models: readonly string[];
}

export interface SnapshotReport {
  readonly id: number;
  readonly parent: number | null;
  readonly committedAt: string;
  readonly operation: string;
  readonly tags: readonly string[];
  readonly rowsAdded?: number;
  readonly filesAdded: number;
  readonly filesRemoved: number;
  readonly bytesAdded: number;
}

export interface TableListing {
  readonly name: string;
  readonly rows: number;
  readonly files: number;
  readonly bytes: number;
  readonly partitions: number;
  /** The snapshot that changed it last. */
  readonly changedIn: number;
}

/** How an operation showed that it changed no row: equal hashes over everything it had to keep. */
export interface ProofReport {
  readonly tables: number;
  readonly rows: number;
  readonly before: string;
  readonly after: string;
  /** `rows`: every value was read and hashed. `files`: the same immutable files are named, and there. */
  readonly how: 'rows' | 'files';
}

export interface CompactReport {
  /** Null when nothing was to be done, or for a dry run. */
  readonly snapshot: number | null;
  /** Absent when nothing was merged. */
  readonly proof?: ProofReport;
  readonly tables: Readonly<
    Record<
      string,
      {
        readonly filesBefore: number;
        readonly filesAfter: number;
        readonly bytesBefore: number;
        readonly bytesAfter: number;
        readonly note?: string;
      }
    >
  >;
}

/** Where a long operation is; `total` is 0 while unknown. */
export interface Progress {
  readonly stage: string;
  readonly done: number;
  readonly total: number;
  readonly unit: 'bytes' | 'files' | 'models' | 'rows' | 'days' | 'tables' | 'snapshots';
}

export type OnProgress = (progress: Progress) => void;

/** `lake` alone. */
export interface LakeOverview {
  readonly location: string;
  /** Null: nothing was ingested here yet. */
  readonly head: SnapshotReport | null;
  readonly tables: readonly TableListing[];
  /** Newest day in the data, ISO; null without events. */
  readonly lastDate: string | null;
  readonly headline: readonly HeadlineFigure[];
  /** Bytes that only old snapshots name, and bytes that nothing names. */
  readonly onlyOldSnapshotsBytes: number;
  readonly unnamedBytes: number;
}

/** `lake report`. */
export interface ReportFile {
  readonly snapshot: number;
  readonly path: string;
  readonly bytes: number;
}

/** A figure of the business, already rounded for people. */
export interface HeadlineFigure {
  readonly name: string;
  readonly value: string | number | null;
  /** What it means, in a few words. */
  readonly about: string;
}

/** `lake snapshot show`. */
export interface SnapshotDetail extends SnapshotReport {
  /** What the run recorded: batches, counts, checks, engine, durations. */
  readonly summary: Readonly<Record<string, unknown>>;
  readonly tables: readonly (TableListing & { readonly changed: boolean })[];
}

/** `lake time-travel --snapshot`. */
export interface TravelReport {
  readonly snapshot: SnapshotReport;
  readonly head: SnapshotReport;
  readonly tables: readonly {
    readonly name: string;
    readonly rowsThen: number | null;
    readonly rowsNow: number | null;
  }[];
  readonly headline: readonly FigureChange[];
}

/** A headline figure then and now. */
export interface FigureChange {
  readonly name: string;
  readonly then: string | number | null;
  readonly now: string | number | null;
  readonly about: string;
}
