// What the operations on a lake's history answer, and those that keep it whole.

import type { BatchListing, RowDifference } from '../history/diff-results.js';
import type { CheckReport, FigureChange, ProofReport } from '../operation-results.js';

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
export interface BackfillReport extends RebuildReport {
  /** The days that were made again; null: everything. */
  readonly days: { readonly from: string; readonly to: string } | null;
}

/** What a run that makes tables again from bronze came to. */
export interface RebuildReport {
  /** Null for a dry run. */
  readonly snapshot: number | null;
  readonly parent: number;
  /** Whether any table's rows came out otherwise than the lake had them. */
  readonly changed: boolean;
  /** What was read back from bronze. */
  readonly batches: number;
  readonly records: number;
  readonly accepted: number;
  /** Tables that came out otherwise: their partitions, and rows by key. */
  readonly tables: Readonly<
    Record<
      string,
      {
        readonly changedPartitions: number;
        readonly rowsAdded: number;
        readonly rowsRemoved: number;
        readonly rowsChanged: number;
      }
    >
  >;
  /** Headline figures that moved. */
  readonly headline: readonly FigureChange[];
  /** The first rows that differ in each gold table. */
  readonly gold: Readonly<Record<string, readonly RowDifference[]>>;
  /** Files that were lost or damaged and lie intact again. */
  readonly healed: readonly string[];
  readonly checks: readonly CheckReport[];
  readonly durationMs: number;
}

/** `lake replay --json`. */
export interface ReplayReport {
  /** False when nothing that was refused is acceptable now, or the corrections are in the lake already. */
  readonly changed: boolean;
  /** Records in the quarantine before and after, by reason. */
  readonly before: Readonly<Record<string, number>>;
  readonly after: Readonly<Record<string, number>>;
  /** Of a corrections file: its records, and those that are accepted now; the others are in the quarantine themselves. */
  readonly corrections?: { readonly records: number; readonly accepted: number };
  /** The run; null when there was nothing to do. */
  readonly run: RebuildReport | null;
  readonly dryRun: boolean;
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
