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
      { readonly filesBefore: number; readonly filesAfter: number; readonly bytesBefore: number; readonly bytesAfter: number; readonly note?: string }
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
  readonly tables: readonly { readonly name: string; readonly rowsThen: number | null; readonly rowsNow: number | null }[];
  readonly headline: readonly FigureChange[];
}

/** A batch of `bronze.batches`, in short. */
export interface BatchListing {
  readonly batchId: string;
  readonly source: string;
  readonly file: string;
  readonly bytes: number;
  readonly records: number;
  readonly accepted: number;
}

/** What became of one table between two snapshots; rows are counted by key. */
export interface TableDifference {
  readonly table: string;
  readonly change: 'added' | 'dropped' | 'changed';
  readonly schema: readonly SchemaDifference[];
  /** Null where the table was not there. */
  readonly rowsBefore: number | null;
  readonly rowsAfter: number | null;
  readonly rowsAdded: number;
  readonly rowsRemoved: number;
  readonly rowsChanged: number;
  readonly filesAdded: number;
  readonly filesRemoved: number;
  readonly bytesAdded: number;
  readonly bytesRemoved: number;
  /** Partitions whose files differ. */
  readonly partitions: readonly string[];
}

/** One change of a schema or a partition spec; `text` says it to people. */
export interface SchemaDifference {
  readonly kind: 'added' | 'dropped' | 'renamed' | 'widened' | 'narrowed' | 'partition';
  readonly text: string;
  /** Of what was added, dropped, widened or narrowed. */
  readonly column?: string;
  readonly type?: string;
  /** Names, types or partitions; null: no partition. */
  readonly from?: string | null;
  readonly to?: string | null;
}

/** A row by its key, as it was and as it is; for a table without a key the whole row is the key. */
export interface RowDifference {
  readonly kind: 'added' | 'removed' | 'changed';
  readonly key: RowRecord;
  readonly before?: RowRecord;
  readonly after?: RowRecord;
}

/** A row as values by column. */
export type RowRecord = Readonly<Record<string, string | number | boolean | null>>;

/** A headline figure then and now. */
export interface FigureChange {
  readonly name: string;
  readonly then: string | number | null;
  readonly now: string | number | null;
  readonly about: string;
}

/** `lake snapshot diff`. */
export interface DiffReport {
  readonly from: SnapshotReport;
  readonly to: SnapshotReport;
  /** Tables that differ. */
  readonly tables: readonly TableDifference[];
  /** Batches that only the one or the other snapshot holds. */
  readonly batches: { readonly added: readonly BatchListing[]; readonly removed: readonly BatchListing[] };
  /** Figures that differ. */
  readonly headline: readonly FigureChange[];
  /** The first rows of each table that differ, in the order of the key. */
  readonly rows?: Readonly<Record<string, readonly RowDifference[]>>;
}

/** `lake snapshot tag` and `untag`. */
export interface TagReport {
  readonly name: string;
  readonly snapshot: number;
  /** Whether this call changed anything: a tag that is there already stays. */
  readonly changed: boolean;
}

/** `lake snapshot rollback`. */
export interface RollbackReport {
  /** The new snapshot; null for a dry run, or when the head holds the same already. */
  readonly snapshot: number | null;
  /** The head that it came after. */
  readonly from: number;
  /** The snapshot whose contents are the head's again. */
  readonly to: number;
  readonly tables: Readonly<
    Record<
      string,
      { readonly rowsBefore: number | null; readonly rowsAfter: number | null; readonly changed: boolean }
    >
  >;
  /** Batches that the lake does not know any more; a later ingest takes them in again. */
  readonly batches: readonly BatchListing[];
  readonly proof: ProofReport;
  readonly dryRun: boolean;
}

/** `lake snapshot expire`. */
export interface ExpireReport {
  readonly expired: readonly {
    readonly id: number;
    readonly committedAt: string;
    readonly operation: string;
  }[];
  readonly kept: readonly { readonly id: number; readonly why: 'head' | 'newest' | 'young' | 'tagged' }[];
  /** The newest that were to be kept. */
  readonly keep: number;
  /** Snapshots committed since then were to be kept; null: age kept none. */
  readonly olderThan: string | null;
  /** Deleted, or for a dry run to be deleted. */
  readonly metadataFiles: number;
  readonly metadataBytes: number;
  /** That nothing names any more: `lake vacuum` frees them. */
  readonly dataFiles: number;
  readonly dataBytes: number;
  readonly proof: ProofReport;
  readonly dryRun: boolean;
}

export interface VacuumedFile {
  readonly path: string;
  readonly bytes: number;
  readonly kind: 'data' | 'key index' | 'temporary' | 'staging' | 'metadata' | 'foreign';
}

/** `lake vacuum`. */
export interface VacuumReport {
  /** Or to be deleted, for a dry run. */
  readonly deleted: readonly VacuumedFile[];
  /** Files that no lake writes; in `deleted` too when they were to go. */
  readonly foreign: readonly VacuumedFile[];
  readonly youngFiles: number;
  readonly youngBytes: number;
  /** Of `deleted`. */
  readonly bytes: number;
  readonly graceMs: number;
  readonly proof: ProofReport;
  readonly dryRun: boolean;
}

/** Something that is wrong with a file. */
export interface VerifyProblem {
  readonly path: string;
  readonly kind: 'missing' | 'damaged' | 'unreadable';
  readonly what: string;
  readonly table?: string;
  readonly partition?: string;
  /** Snapshots that name the file. */
  readonly snapshots: readonly number[];
  /** What the file is to the lake: `data file`, `manifest`, … */
  readonly role: string;
}

/** `lake verify`. */
export interface VerifyReport {
  /** That were checked. */
  readonly snapshots: readonly number[];
  readonly files: number;
  readonly bytes: number;
  readonly problems: readonly VerifyProblem[];
  /** Of the checked ones, those that read whole, and those that do not. */
  readonly readable: readonly number[];
  readonly damaged: readonly number[];
  readonly durationMs: number;
}

/** `lake backfill --json`. */
export interface BackfillReport {
  /** Null for a dry run. */
  readonly snapshot: number | null;
  readonly parent: number;
  /** Whether any table's rows came out otherwise than the lake had them. */
  readonly changed: boolean;
  /** The days that were made again; null: everything. */
  readonly days: { readonly from: string; readonly to: string } | null;
  /** What was read back from bronze. */
  readonly batches: number;
  readonly records: number;
  readonly accepted: number;
  /** Tables that came out otherwise: their partitions, and rows by key. */
  readonly tables: Readonly<
    Record<
      string,
      { readonly changedPartitions: number; readonly rowsAdded: number; readonly rowsRemoved: number; readonly rowsChanged: number }
    >
  >;
  /** Files that were lost or damaged and lie intact again. */
  readonly healed: readonly string[];
  readonly checks: readonly CheckReport[];
  readonly durationMs: number;
}

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
