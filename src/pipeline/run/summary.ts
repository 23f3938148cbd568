// What a run says of itself in its snapshot: batches, counts, partitions, checks, engine, duration. Times live here only.

import { isoMicros } from '../../common/runtime.js';
import type { Pipeline } from '../define/pipeline.js';
import type { RecordedSettings } from '../define/spec/pipeline-spec.js';
import type { CheckResult } from '../checks/check-results.js';
import type { ReadBatch } from '../read/read-batch.js';

/** What stands in the summary of a run's snapshot. */
export interface RunSummary {
  /** The name of the pipeline that made the tables (recorded-pipeline.ts). */
  readonly pipeline: string;
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

/** What a run wrote of one table. */
export interface TableWritten {
  /**
   * Absent: this program. `engine`: its files are the engine's own, and equal rows may have other bytes. `engine, encoded
   * again`: it wrote them without field ids, and this program wrote them again, in the bytes that they always have.
   */
  readonly writtenBy?: 'engine' | 'engine, encoded again';
  readonly changedPartitions: number;
  readonly filesAdded: number;
  readonly filesRemoved: number;
  readonly rowsAdded: number;
  readonly bytesAdded: number;
}

/** What a summary is made of. */
interface SummaryInput {
  readonly read: readonly ReadBatch[];
  /** What the run wrote, by table. */
  readonly written: RunSummary['tables'];
  readonly checks: readonly CheckResult[];
  readonly pipeline: Pick<Pipeline, 'name' | 'settings'>;
  readonly engine: string | null;
  /** Microseconds. */
  readonly startedAt: number;
  readonly now: number;
}

/** What a snapshot says of the run that made it. */
export function runSummary({
  read,
  written,
  checks,
  pipeline,
  engine,
  startedAt,
  now,
}: SummaryInput): RunSummary {
  return {
    pipeline: pipeline.name,
    batches: batchSummaries(read),
    tables: written,
    checks,
    settings: pipeline.settings,
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
