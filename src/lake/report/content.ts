// What a report says, read from one snapshot and nothing else: the same snapshot gives the same report.

import type { Snapshot } from '../../format/snapshot.js';
import type { LakeView } from '../../table/view.js';
import { runFacts, type TakenBatch } from '../../format/summary.js';
import { findHead, listSnapshots } from '../../table/snapshot-lookup.js';
import { checks, type ChecksReport } from '../quality/checks.js';
import { reportOf, type SnapshotReport } from '../history/snapshot-list.js';
import { metrics } from '../quality/metrics.js';
import { headlineAt, recordsOf, type Headline } from '../read/headline.js';
import { definitionAt, viewAt, type Parts } from '../lake-context.js';
import { quarantine, type QuarantineReport } from '../quarantine/quarantine.js';
import { rows } from '../read/table-rows.js';
import { drawn, wideOf } from './charts/draw.js';
import type { ChartTable, DrawnChart } from './charts/drawn.js';
import { refusedOf, type RefusedPoint } from './refused-data.js';

/** Everything that the page shows. */
export interface ReportContent {
  readonly snapshot: SnapshotReport;
  readonly headline: Headline;
  /** What the pipeline draws; of a lake of another pipeline nothing. */
  readonly charts: readonly DrawnChart[];
  readonly refused: readonly RefusedPoint[];
  readonly checks: ChecksReport;
  readonly quarantine: QuarantineReport;
  /** The snapshot and those before it that are still there, newest first; the newest of them. */
  readonly history: readonly HistoryEntry[];
}

/** A snapshot, and what its run read. */
export interface HistoryEntry {
  readonly snapshot: SnapshotReport;
  readonly batches: number;
  readonly records: number;
  readonly accepted: number;
}

/** Snapshots that the history shows. */
const HISTORY_LENGTH = 30;

/** @throws LakeError `not-found` for a snapshot that is none */
export async function reportContent(parts: Parts, reference?: string): Promise<ReportContent> {
  const view = await viewAt(parts, reference);
  const at = { snapshot: String(view.snapshot.snapshotId) };
  const [found, charts, { runs }, checked, refused, history] = await Promise.all([
    headlineAt(parts, view),
    chartsOf(parts, view),
    metrics(parts, at),
    checks(parts, at),
    quarantine(parts, at),
    historyUpTo(parts, view.snapshot.snapshotId),
  ]);
  return {
    snapshot: reportOf(view.snapshot, new Map()),
    headline: found,
    charts,
    refused: refusedOf(runs),
    checks: checked,
    quarantine: refused,
    history,
  };
}

/** The pipeline's charts whose tables are there, each table read once. */
async function chartsOf(parts: Parts, view: LakeView): Promise<readonly DrawnChart[]> {
  const charts = (await definitionAt(parts, view))?.charts ?? [];
  const names = [...new Set(charts.map(({ table }) => table))].filter((name) => view.tables.includes(name));
  const snapshot = String(view.snapshot.snapshotId);
  const tables = new Map<string, ChartTable>(
    await Promise.all(
      names.map(async (name) => [name, await recordsOf(await rows(parts, name, { snapshot }))] as const),
    ),
  );
  const made = charts.flatMap((chart, at) => {
    const table = tables.get(chart.table);
    return (table && drawn(chart, table, at)) ?? [];
  });
  const wide = wideOf(made.map((chart) => chart.wide));
  return made.map((chart, at) => ({ ...chart, wide: wide[at] === true }));
}

async function historyUpTo({ storage }: Parts, last: number): Promise<readonly HistoryEntry[]> {
  const head = await findHead(storage);
  const newest = await listSnapshots(storage, head - last + HISTORY_LENGTH);
  return newest
    .filter(({ snapshotId }) => snapshotId <= last)
    .slice(0, HISTORY_LENGTH)
    .map(entryOf);
}

/** Tags are left out: they can be given and taken without a new snapshot. */
function entryOf(snapshot: Snapshot): HistoryEntry {
  const { batches } = runFacts(snapshot);
  const sum = (of: (batch: TakenBatch) => number): number =>
    batches.reduce((total, batch) => total + of(batch), 0);
  return {
    snapshot: reportOf(snapshot, new Map()),
    batches: batches.length,
    records: sum(({ records }) => records),
    accepted: sum(({ accepted }) => accepted),
  };
}
