// A lake as its users see it: one object, one method per thing they can ask. `openLake` (open.ts) puts the parts together.

import type { Publication } from '../iceberg/publish.js';
import type { ChecksReport, FailedRunReport } from './quality/check-results.js';
import type { DiffReport } from './history/diff-results.js';
import type { ExplainReport, WhyChangedReport } from './explain/explain-results.js';
import type {
  BackfillReport,
  ExpireReport,
  RepairReport,
  ReplayReport,
  RollbackReport,
  TagReport,
  VacuumReport,
  VerifyReport,
} from './maintenance/maintenance-results.js';
import type { MetricsReport } from './quality/metrics-results.js';
import type { Serving } from './iceberg/serve.js';
import type { PublicationReport } from './iceberg/verify.js';
import type { LakeSettings } from './settings/settings.js';
import type { QuarantineExport, QuarantineReport } from './quarantine/quarantine-results.js';
import type {
  CompactReport,
  IngestReport,
  LakeOverview,
  OnProgress,
  ReportFile,
  SnapshotDetail,
  SnapshotReport,
  TableListing,
  TravelReport,
} from './operation-results.js';

/** A value as JSON and CSV show it: decimals and timestamps as text, counts as numbers while they are safe. */
export type JsonValue = string | number | boolean | null;

/** Rows that are read as they are asked for. */
export interface RowSet {
  /** The snapshot they are of. */
  readonly snapshot: number;
  /** SQL types: `DECIMAL(38,4)`, `BIGINT`, `DATE`, `TIMESTAMP`, `VARCHAR`, `DOUBLE`, `BOOLEAN`, `INTEGER`, `BLOB`. */
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: AsyncIterable<readonly JsonValue[]>;
}

/** Options that every long operation takes. */
export interface OperationOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: OnProgress;
}

export interface IngestOptions extends OperationOptions {
  /** Directories or files. */
  readonly paths: readonly string[];
  /** `YYYY-MM-DD`; today (UTC) unless said. */
  readonly ingestDate?: string;
  readonly dryRun?: boolean;
  /** Who is told of a run with alerts, beside what the settings say. */
  readonly alerts?: { readonly command?: string; readonly url?: string };
  /** Where OpenLineage events go; instead of what the settings say. */
  readonly lineage?: { readonly file?: string; readonly url?: string };
}

/** A range of days, or everything. */
export interface BackfillOptions extends OperationOptions {
  /** `YYYY-MM-DD`, both included. */
  readonly from?: string;
  readonly to?: string;
  readonly all?: boolean;
  readonly dryRun?: boolean;
}

/** What to take back in: corrected records, or what today's settings accept. */
export interface ReplayOptions extends OperationOptions {
  /** A file in the shape of `exportQuarantine`, its records corrected. */
  readonly from?: string;
  /** Of the corrections; `YYYY-MM-DD`, today (UTC) unless said. */
  readonly ingestDate?: string;
  readonly dryRun?: boolean;
}

/** Refused records: all, or those of a reason or a source. */
export interface QuarantineOptions extends AtSnapshot {
  readonly reason?: string;
  readonly source?: string;
}

export interface DiffOptions extends OperationOptions {
  /** Only this table. */
  readonly table?: string;
  /** Rows to name of each table, the first by key; none unless said. */
  readonly rowLimit?: number;
}

/** Which row is asked about, and how much of what is behind it. */
export interface ExplainOptions extends AtSnapshot, Pick<OperationOptions, 'signal'> {
  /** `column=value` for each column of the table's key. */
  readonly where: readonly string[];
  /** Only this column, with what it is made of. */
  readonly column?: string;
  /** Rows to show behind a column, with the records behind those: 5 of one column, 2 of each of all, unless said. */
  readonly limit?: number;
  /** All rows behind a column. */
  readonly all?: boolean;
}

/** A snapshot goes only when neither rule keeps it. Neither given: the newest 20, and a week. */
export interface ExpireOptions extends OperationOptions {
  /** The newest snapshots that changed a table; 1 when only an age is given. */
  readonly keep?: number;
  /** Snapshots committed at or after this moment stay (µs since the epoch); none when only a number is given. */
  readonly olderThanMicros?: number;
  readonly dryRun?: boolean;
}

/** What to publish, and where readers find it. */
export interface IcebergPublishOptions extends Pick<OperationOptions, 'signal'> {
  /** Only this table. */
  readonly table?: string;
  /** The URI of the lake's folder; that of the settings, or of this disk, unless said. */
  readonly location?: string;
}

export interface ServeOptions {
  /** 0: any that is free. */
  readonly port: number;
  /** Who asks must know it. */
  readonly token?: string;
}

export interface VacuumOptions extends OperationOptions {
  /** Younger files stay; the lake's own grace period unless said. */
  readonly graceMs?: number;
  /** Deletes files that no lake wrote, too. */
  readonly foreign?: boolean;
  readonly dryRun?: boolean;
}

/** Without either: the head. */
export interface VerifyOptions extends OperationOptions {
  readonly snapshot?: string;
  readonly all?: boolean;
}

/** A snapshot by number, `head`, `head~2`, tag or time (`2024-06-01`, `2024-06-01T12:00:00Z`). Without one: the head. */
export interface AtSnapshot {
  readonly snapshot?: string;
}

export interface Lake {
  /** The folder. */
  readonly location: string;
  /** What holds for it. */
  readonly settings: LakeSettings;
  /** Where they were read; null: nowhere. */
  readonly settingsFile: string | null;

  /** Reads new batches and publishes bronze, silver and gold as one snapshot (pipeline §8). */
  ingest(options: IngestOptions): Promise<IngestReport>;
  /** Makes silver and gold again from bronze: of some days, or everything (pipeline §8). */
  backfill(options: BackfillOptions): Promise<BackfillReport>;
  /** Takes refused records back in: what the settings accept by now, or corrected ones. */
  replay(options: ReplayOptions): Promise<ReplayReport>;
  /** What was refused, by source and reason. */
  quarantine(options: QuarantineOptions): Promise<QuarantineReport>;
  /** Writes refused records as NDJSON, each whole and with its place; `replay` takes the file back, corrected. */
  exportQuarantine(
    options: QuarantineOptions & OperationOptions & { readonly out: string },
  ): Promise<QuarantineExport>;
  /** Puts damaged files of silver and gold back, made again from bronze. */
  repair(options: OperationOptions & { readonly dryRun?: boolean }): Promise<RepairReport>;
  /** Reads what is published back with a reader that is not ours, and compares. */
  verifyIceberg(options?: IcebergPublishOptions): Promise<PublicationReport>;
  /** An Iceberg REST catalog on this machine, until it is closed. */
  serve(options: ServeOptions): Promise<Serving>;
  /** Every retained snapshot as Iceberg metadata, for readers of other programs. */
  publishIceberg(options?: IcebergPublishOptions): Promise<Publication>;
  /** Merges small files inside partitions; changes no row (format §7). */
  compact(
    options: OperationOptions & {
      readonly table?: string;
      readonly targetSizeBytes?: number;
      readonly dryRun?: boolean;
    },
  ): Promise<CompactReport>;

  /** Where the lake stands. Works on a folder that holds no lake yet (`head` null). */
  overview(): Promise<LakeOverview>;
  /** Newest first. */
  snapshots(limit: number): Promise<readonly SnapshotReport[]>;
  snapshot(reference: string): Promise<SnapshotDetail>;
  /** A snapshot's tables and headline figures beside today's. */
  travel(reference: string): Promise<TravelReport>;
  tables(
    options: AtSnapshot,
  ): Promise<{ readonly snapshot: number; readonly tables: readonly TableListing[] }>;
  /** Absolute paths of the files that make up a table, in row order. */
  files(
    table: string,
    options: AtSnapshot,
  ): Promise<{ readonly snapshot: number; readonly table: string; readonly files: readonly string[] }>;

  /** The first `limit` rows of a table in its order (all without a limit); starts no engine. */
  rows(
    table: string,
    options: AtSnapshot & { readonly limit?: number },
  ): Promise<RowSet & { readonly table: string; readonly totalRows: number }>;
  /** Read-only SQL over all tables. */
  query(sql: string, options: AtSnapshot): Promise<RowSet>;
  /** Tables as plain files, one per table; returns what was written. */
  export(
    options: AtSnapshot &
      OperationOptions & {
        readonly out: string;
        readonly table?: string;
        readonly format: 'parquet' | 'csv';
      },
  ): Promise<{
    readonly snapshot: number;
    readonly files: readonly {
      readonly table: string;
      readonly path: string;
      readonly rows: number;
      readonly bytes: number;
    }[];
  }>;
  /** A log batch's exact bytes from bronze, checked against its hash. `batch` may be a unique prefix of the id. */
  restore(
    batch: string,
    out: string,
    options: OperationOptions,
  ): Promise<{
    readonly batchId: string;
    readonly path: string;
    readonly bytes: number;
    readonly sha256: string;
  }>;

  /** Where the numbers of a row come from: rows of silver, records, batches, snapshots. */
  explain(table: string, options: ExplainOptions): Promise<ExplainReport>;
  /** What moved the numbers of a row between snapshot `since` and another (the head). */
  whyChanged(table: string, options: ExplainOptions & { readonly since: string }): Promise<WhyChangedReport>;

  /** What was checked before a snapshot was published, failing checks first. */
  checks(options: AtSnapshot): Promise<ChecksReport>;
  /** What is kept of the newest run that a check stopped. */
  failedRun(): Promise<FailedRunReport>;
  /** The figures that runs wrote down of themselves, oldest first; the newest `limit` of them. */
  metrics(options: AtSnapshot & { readonly limit?: number }): Promise<MetricsReport>;

  /** Writes one self-contained HTML page: headline figures, charts of gold, quality, quarantine, runs. */
  report(options: AtSnapshot & { readonly out: string }): Promise<ReportFile>;

  /** What differs between two snapshots, in either order: tables, the batches behind it, headline figures. */
  diff(from: string, to: string, options: DiffOptions): Promise<DiffReport>;
  /** Gives a snapshot (the head unless said) a name that keeps it from expiring. */
  tag(name: string, reference?: string): Promise<TagReport>;
  untag(name: string): Promise<TagReport>;
  /** A new snapshot with the contents of an old one (format §7). */
  rollback(
    reference: string,
    options: OperationOptions & { readonly dryRun?: boolean },
  ): Promise<RollbackReport>;
  /** Lets old snapshots go (format §7). */
  expire(options: ExpireOptions): Promise<ExpireReport>;
  /** Deletes files that no snapshot names (format §7). */
  vacuum(options: VacuumOptions): Promise<VacuumReport>;
  /** Reads every byte that snapshots name, and checks it. Problems are in the report, not thrown. */
  verify(options: VerifyOptions): Promise<VerifyReport>;

  close(): Promise<void>;
}

/** How a lake is opened; part of nothing that is stored. */
export interface OpenOptions {
  /** The lake's folder; made by the first ingest. */
  readonly location: string;
  /** The defaults unless given. */
  readonly settings?: LakeSettings;
  readonly settingsFile?: string | null;
  /** Lines for people: warnings, waiting. */
  readonly log?: (level: 'debug' | 'info' | 'warn', message: string) => void;
}
