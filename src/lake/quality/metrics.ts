// The figures that runs wrote down of themselves.

import { parseCounts } from '../../format/counts-text.js';
import { isoOfDays } from '../../common/calendar.js';
import type { RunLog } from '../../pipeline/define/spec/pipeline-spec.js';
import { metricValue, reasonsOf } from '../../pipeline/checks/metric-checks.js';
import { entriesIn } from '../../pipeline/books/codec.js';
import type { RunFigures } from '../../pipeline/books/run-book.js';
import { runsCodec } from '../../pipeline/books/runs-codec.js';
import type { AtSnapshot } from '../operation-options.js';
import { pipelineOf, viewAt, type Parts } from '../lake-context.js';

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

/** The figures of one run. */
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

/** The runs of a snapshot, the newest `limit` of them, oldest first. */
export async function metrics(
  parts: Parts,
  { snapshot, limit = Infinity }: AtSnapshot & { readonly limit?: number },
): Promise<MetricsReport> {
  const view = await viewAt(parts, snapshot);
  const { pipeline } = pipelineOf(parts);
  const { runs, books } = pipeline;
  const all = await entriesIn(view, books.runs, runsCodec(pipeline));
  return {
    snapshot: view.snapshot.snapshotId,
    metrics: runs.metrics.map(({ name, about, by, check }) => ({
      name,
      about,
      check,
      kind: by === undefined ? 'number' : 'rate',
    })),
    runs: all
      .slice(Number.isFinite(limit) ? Math.max(0, all.length - limit) : 0)
      .map((run) => report(runs, run)),
  };
}

function report(log: RunLog, run: RunFigures): RunReport {
  const number = (column: string): number => Number(run[column] ?? 0);
  const newest = run['newest_date'] ?? null;
  return {
    run: number('run'),
    ingestDate: isoOfDays(number('ingest_date')),
    newestDate: newest === null ? null : isoOfDays(Number(newest)),
    batches: number('batches'),
    bytes: number('bytes'),
    records: number('records'),
    accepted: number('accepted'),
    rejected: reasonsOf(run),
    recordsBySource: parseCounts(
      String(run['records_by_source'] ?? '{}'),
      'a row of the runs, column records_by_source',
    ),
    duplicates: number('duplicates'),
    conflicts: number('conflicts'),
    newRows: number('new_rows'),
    lateRows: number('late_rows'),
    values: Object.fromEntries(log.metrics.map((metric) => [metric.name, metricValue(metric, run)])),
  };
}
