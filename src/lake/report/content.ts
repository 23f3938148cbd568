// What a report says, read from one snapshot and nothing else: the same snapshot gives the same report.

import type { Snapshot } from '../../format/snapshot.js';
import { findHead, listSnapshots } from '../../table/snapshot-lookup.js';
import { checks, type ChecksReport } from '../quality/checks.js';
import { reportOf, type SnapshotReport } from '../history/snapshot-list.js';
import { metrics } from '../quality/metrics.js';
import { headlineAt, type Headline } from '../read/headline.js';
import { viewAt, type Parts } from '../lake-context.js';
import { quarantine, type QuarantineReport } from '../quarantine/quarantine.js';
import { rows } from '../read/table-rows.js';
import { CHARTED, chartsOf, type Charts, type GoldRows } from './charts.js';
import type { Row } from './series.js';

export interface ReportContent {
  readonly snapshot: SnapshotReport;
  readonly headline: Headline;
  readonly charts: Charts;
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
export const HISTORY_LENGTH = 30;

export async function reportContent(parts: Parts, reference?: string): Promise<ReportContent> {
  const view = await viewAt(parts, reference);
  const at = { snapshot: String(view.snapshot.snapshotId) };
  const [found, gold, runs, checked, refused, history] = await Promise.all([
    headlineAt(parts, view),
    goldRows(parts, at.snapshot),
    metrics(parts, at),
    checks(parts, at),
    quarantine(parts, at),
    historyUpTo(parts, view.snapshot.snapshotId),
  ]);
  return {
    snapshot: reportOf(view.snapshot, new Map()),
    headline: found,
    charts: chartsOf(gold, runs),
    checks: checked,
    quarantine: refused,
    history,
  };
}

async function goldRows(parts: Parts, snapshot: string): Promise<GoldRows> {
  const read = CHARTED.map(async (table) => [table, await rowsOf(parts, table, snapshot)] as const);
  return Object.fromEntries(await Promise.all(read)) as GoldRows;
}

async function rowsOf(parts: Parts, table: string, snapshot: string): Promise<readonly Row[]> {
  const { columns, rows: values } = await rows(parts, table, { snapshot });
  const records: Row[] = [];
  for await (const row of values)
    records.push(Object.fromEntries(columns.map(({ name }, i) => [name, row[i] ?? null])));
  return records;
}

async function historyUpTo({ storage }: Parts, last: number): Promise<readonly HistoryEntry[]> {
  const head = await findHead(storage);
  const newest = await listSnapshots(storage, head - last + HISTORY_LENGTH);
  return newest
    .filter(({ snapshotId }) => snapshotId <= last)
    .slice(0, HISTORY_LENGTH)
    .map(entryOf);
}

interface BatchRead {
  readonly records: number;
  readonly accepted: number;
}

/** Tags are left out: they can be given and taken without a new snapshot. */
function entryOf(snapshot: Snapshot): HistoryEntry {
  const batches = (snapshot.summary['batches'] ?? []) as readonly BatchRead[];
  const sum = (of: (batch: BatchRead) => number): number =>
    batches.reduce((total, batch) => total + of(batch), 0);
  return {
    snapshot: reportOf(snapshot, new Map()),
    batches: batches.length,
    records: sum(({ records }) => records),
    accepted: sum(({ accepted }) => accepted),
  };
}
