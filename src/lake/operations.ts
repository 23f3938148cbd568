// What users can ask of a lake: one table of operations, each loaded when it is first asked for. The type of a lake follows
// from the table (open.ts makes the object). What an operation takes, answers and refuses is said beside its function.

import type { Parts } from './lake-context.js';
import type { ChangeOptions } from './operation-options.js';
import type { LakeSettings, OutgoingKey } from './settings/settings.js';

/** Something that can be asked: a function over a lake's parts. */
export interface Operation<Given extends readonly unknown[], Answer> {
  readonly load: () => Promise<(parts: Parts, ...given: Given) => Promise<Answer>>;
  /** Whether it changes what is retained; then readers of Iceberg may have to be told. */
  readonly changes: boolean;
}

/** Reads, or writes nothing that a snapshot names. */
const asks = <Given extends readonly unknown[], Answer>(
  load: Operation<Given, Answer>['load'],
): Operation<Given, Answer> => ({ load, changes: false });

/** Publishes a snapshot, or lets some go; its last argument says whether for good. */
const changes = <Given extends readonly [...unknown[], ChangeOptions], Answer>(
  load: Operation<Given, Answer>['load'],
): Operation<Given, Answer> => ({ load, changes: true });

/** Every operation, by the name under which a lake has it. */
export const operations = {
  /** Reads new batches and publishes all tables that they change as one snapshot (pipeline §8). */
  ingest: changes(async () => (await import('./ingest/ingest.js')).ingest),
  /** Makes tables again from bronze: of some days, or everything (pipeline §8). */
  backfill: changes(async () => (await import('./ingest/backfill.js')).backfill),
  /** Takes refused records back in: what the settings accept by now, or corrected ones. */
  replay: changes(async () => (await import('./ingest/replay.js')).replay),
  /** Puts damaged files of tables that can be made again back in their place. */
  repair: asks(async () => (await import('./ingest/repair.js')).repair),

  /** What was refused, by source and reason. */
  quarantine: asks(async () => (await import('./quarantine/quarantine.js')).quarantine),
  /** Writes refused records as NDJSON, each whole and with its place; `replay` takes the file back, corrected. */
  exportQuarantine: asks(async () => (await import('./quarantine/quarantine-export.js')).exportQuarantine),

  /** Where the lake stands. Works on a folder that holds no lake yet (`head` null). */
  overview: asks(async () => (await import('./read/overview.js')).overview),
  /** The head's figures alone, and the table to look at first. */
  outlook: asks(async () => (await import('./read/overview.js')).outlook),
  /** A snapshot's tables and headline figures beside today's. */
  travel: asks(async () => (await import('./read/overview.js')).travel),
  /** Every table of a snapshot with its size. */
  tables: asks(async () => (await import('./read/table-listing.js')).tables),
  /** Absolute paths of the files that make up a table, in row order. */
  files: asks(async () => (await import('./read/file-paths.js')).files),
  /** The first or last rows of a table in its order (all unless said); starts no engine. */
  rows: asks(async () => (await import('./read/table-rows.js')).rows),
  /** Rows of a table that meet a condition, in an order. */
  selectRows: asks(async () => (await import('./read/select-rows.js')).selectRows),
  /** Read-only SQL over all tables. */
  query: asks(async () => (await import('./read/query.js')).query),
  /** How that SQL would be answered: files and columns taken, files left out and why, the engine's plan. */
  explainQuery: asks(async () => (await import('./read/query.js')).explainQuery),
  /** Tables as plain files, one per table; answers what was written. */
  export: asks(async () => (await import('./read/export.js')).exportTables),
  /** A log batch's exact bytes from bronze, checked against its hash. */
  restore: asks(async () => (await import('./read/restore.js')).restore),

  /** Where the numbers of a row come from: rows of other tables, records, batches, snapshots. */
  explain: asks(async () => (await import('./explain/explain.js')).explain),
  /** What moved the numbers of a row between snapshot `since` and another (the head). */
  whyChanged: asks(async () => (await import('./explain/why-changed.js')).whyChanged),

  /** What was checked before a snapshot was published, failing checks first. */
  checks: asks(async () => (await import('./quality/checks.js')).checks),
  /** What is kept of the newest run that a check stopped. */
  failedRun: asks(async () => (await import('./quality/checks.js')).failedRun),
  /** The figures that runs wrote down of themselves, oldest first; the newest `limit` of them. */
  metrics: asks(async () => (await import('./quality/metrics.js')).metrics),
  /** Writes one self-contained HTML page: headline figures, charts, quality, quarantine, runs. */
  report: asks(async () => (await import('./report/report.js')).report),

  /** The page in a browser, and the lake's files for it, on this machine, until it is closed. */
  serveUi: asks(async () => (await import('./ui/serve-ui.js')).serveUi),
  /** The page as a folder for any web server. */
  exportUi: asks(async () => (await import('./ui/export-ui.js')).exportUi),

  /** Newest first. */
  snapshots: asks(async () => (await import('./history/snapshot-list.js')).snapshots),
  /** One snapshot with what its run recorded. */
  snapshot: asks(async () => (await import('./history/snapshot-list.js')).snapshot),
  /** What differs between two snapshots, in either order: tables, the batches behind it, headline figures. */
  diff: asks(async () => (await import('./history/diff.js')).diff),
  /** Gives a snapshot (the head unless said) a name that keeps it from expiring. */
  tag: asks(async () => (await import('./history/tags.js')).tag),
  /** Takes a name away. */
  untag: asks(async () => (await import('./history/tags.js')).untag),
  /** A new snapshot with the contents of an old one (format §7). */
  rollback: changes(async () => (await import('./history/rollback.js')).rollback),

  /** Merges small files inside partitions; changes no row (format §7). */
  compact: changes(async () => (await import('./maintenance/compact.js')).compact),
  /** Lets old snapshots go (format §7). */
  expire: changes(async () => (await import('./maintenance/expire.js')).expire),
  /** Deletes files that no snapshot names (format §7). */
  vacuum: asks(async () => (await import('./maintenance/vacuum.js')).vacuum),
  /** Reads every byte that snapshots name, and checks it. Problems are in the report, not thrown. */
  verify: asks(async () => (await import('./maintenance/verify.js')).verify),

  /** Every retained snapshot as Iceberg metadata, for readers of other programs. */
  publishIceberg: asks(async () => (await import('./iceberg/publish.js')).publishIceberg),
  /** Reads what is published back with a reader that is not ours, and compares. */
  verifyIceberg: asks(async () => (await import('./iceberg/verify.js')).verifyIceberg),
  /** An Iceberg REST catalog on this machine, until it is closed. */
  serve: asks(async () => (await import('./iceberg/serve.js')).serve),
} as const;

type Asked<Of> =
  Of extends Operation<infer Given extends readonly unknown[], infer Answer>
    ? (...given: Given) => Promise<Answer>
    : never;

/** The operations as functions of a lake. */
export type Operations = { readonly [Name in keyof typeof operations]: Asked<(typeof operations)[Name]> };

/** A lake as its users see it: one object, one function per thing they can ask. `openLake` (open.ts) makes it. */
export interface Lake extends Operations {
  /** The folder. */
  readonly location: string;
  /** What holds for it. */
  readonly settings: LakeSettings;
  /** Where they were read; null: nowhere. */
  readonly settingsFile: string | null;
  /** What that file names and is not used, since nobody trusts the file. */
  readonly untrusted: readonly OutgoingKey[];
  /** Lets go of what it holds; nothing can be asked of it afterwards. */
  close(): Promise<void>;
}
