// What `lake snapshot diff` answers.

import type { FigureChange, SnapshotReport } from '../operation-results.js';

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
