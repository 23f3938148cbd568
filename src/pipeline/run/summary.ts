// What a run says of itself in its snapshot: batches, counts, partitions, checks, engine, duration. Times live here only.

import { isoMicros } from '../../common/runtime.js';
import type { RecordedSettings } from '../define/spec.js';
import type { CheckResult } from '../checks/check-results.js';
import type { ReadBatch } from '../read/read-batches.js';
import type { StagedTables } from '../stage/staged-tables.js';

export interface RunSummary {
  readonly batches: readonly {
    readonly batchId: string;
    readonly source: string;
    readonly fileName: string;
    readonly bytes: number;
    readonly records: number;
    readonly accepted: number;
    readonly rejected: Readonly<Record<string, number>>;
    readonly known: boolean;
  }[];
  /** By table: files and rows of the partitions that the run wrote. */
  readonly tables: Readonly<Record<string, TableWritten>>;
  readonly checks: readonly CheckResult[];
  /** What decided rows. */
  readonly settings: RecordedSettings;
  readonly engine: string | null;
  readonly node: string;
  readonly startedAt: string;
  readonly durationMs: number;
}

export interface TableWritten {
  readonly changedPartitions: number;
  readonly filesAdded: number;
  readonly filesRemoved: number;
  readonly rowsAdded: number;
  readonly bytesAdded: number;
}

export interface SummaryInput {
  readonly read: readonly ReadBatch[];
  readonly tables: StagedTables;
  readonly checks: readonly CheckResult[];
  readonly settings: RecordedSettings;
  readonly engine: string | null;
  /** Microseconds. */
  readonly startedAt: number;
  readonly now: number;
}

export function runSummary({
  read,
  tables,
  checks,
  settings,
  engine,
  startedAt,
  now,
}: SummaryInput): RunSummary {
  return {
    batches: batchSummaries(read),
    tables: tables.written(),
    checks,
    settings,
    engine,
    node: process.version,
    startedAt: isoMicros(startedAt),
    durationMs: Math.round((now - startedAt) / 1000),
  };
}

/** What is said of each batch. */
export function batchSummaries(read: readonly ReadBatch[]): RunSummary['batches'] {
  return read.map(({ kind, batch }) => ({
    batchId: batch.batchId,
    source: batch.source,
    fileName: batch.fileName,
    bytes: batch.bytes,
    records: batch.records,
    accepted: batch.accepted,
    rejected: batch.rejectedByReason,
    known: kind === 'known',
  }));
}
