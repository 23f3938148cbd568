// Runs that make tables again from bronze: for good, or for a dry run over the lake, which is the same run with nothing
// written to it.

import { resultTables } from '../../pipeline/define/roles.js';
import type { RebuildOutcome } from '../../pipeline/run/backfill.js';
import type { RunBasis } from '../../pipeline/run/ingest.js';
import { overlayStorage } from '../../storage/overlay.js';
import { diffViews, type TableDiff } from '../../table/history/diff.js';
import { openView, type LakeView } from '../../table/view.js';
import { keysIn, rowDifferences, type Sides, type RowDifference } from '../history/diff.js';
import type { OperationOptions } from '../operation-options.js';
import { figureChanges, headlineAt, type FigureChange } from '../read/headline.js';
import { withLineage } from '../lineage/run.js';
import {
  headForWriting,
  pipelineOf,
  runBasisOf,
  startEngineFor,
  warnOfUntrusted,
  type Parts,
} from '../lake-context.js';
import { checkReport, type CheckReport } from '../quality/check-report.js';
import { progressOf, startResources } from './run-resources.js';

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
  /** The first rows that differ in each of the pipeline's results. */
  readonly gold: Readonly<Record<string, readonly RowDifference[]>>;
  /** Files that were lost or damaged and lie intact again. */
  readonly healed: readonly string[];
  readonly checks: readonly CheckReport[];
  readonly durationMs: number;
}

/** How to run. */
interface RebuildOptions extends OperationOptions {
  readonly dryRun?: boolean;
}

/** What a run did, and the snapshots that it lies between (a dry run's second one is nowhere but in memory). */
interface Rebuilt {
  readonly report: RebuildReport;
  readonly before: LakeView;
  readonly after: LakeView;
}

/** Runs and reports; undefined when the run says that there is nothing to do. */
export async function rebuild(
  parts: Parts,
  operation: 'backfill' | 'replay',
  { signal, onProgress, dryRun = false }: RebuildOptions,
  run: (basis: RunBasis) => Promise<RebuildOutcome | null>,
): Promise<Rebuilt | undefined> {
  const { runtime } = parts;
  const startedAt = runtime.now();
  if (!dryRun) warnOfUntrusted(parts);
  await headForWriting(parts, dryRun);
  const storage = dryRun ? overlayStorage(parts.storage, runtime) : parts.storage;
  const started = startResources((needs) => startEngineFor(parts, needs));
  try {
    const basis: RunBasis = {
      storage,
      runtime,
      resources: started.resources,
      dryRun: false,
      ...runBasisOf(parts),
      ...(signal && { signal }),
      onStage: (stage, done, total) => onProgress?.(progressOf(stage, done, total)),
    };
    const outcome = dryRun
      ? await run(basis)
      : await withLineage(parts, { operation, signal }, () => run(basis));
    if (outcome === null || outcome.snapshot === null || outcome.parent === null) return undefined;
    const [before, after] = await Promise.all([
      openView(storage, outcome.parent),
      openView(storage, outcome.snapshot),
    ]);
    const report = await reportOf({ ...parts, storage }, outcome, before, after);
    const durationMs = Math.round((runtime.now() - startedAt) / 1000);
    return { report: { ...report, snapshot: dryRun ? null : outcome.snapshot, durationMs }, before, after };
  } finally {
    await started.close();
  }
}

async function reportOf(
  parts: Parts,
  { read, written, checks, parent, healed }: RebuildOutcome,
  before: LakeView,
  after: LakeView,
): Promise<Omit<RebuildReport, 'snapshot' | 'durationMs'>> {
  const sum = (of: (batch: (typeof read)[number]['batch']) => number): number =>
    read.reduce((total, { batch }) => total + of(batch), 0);
  const changed = Object.keys(written);
  const { pipeline } = pipelineOf(parts);
  const sides: Sides = { from: before, to: after, keys: await keysIn(pipeline, before, after) };
  const diffs = await changesOf(sides, changed);
  const results = new Set(resultTables(pipeline));
  const gold = diffs.filter(({ table, change }) => results.has(table) && change !== 'same');
  const [then, now] = await Promise.all([headlineAt(parts, before), headlineAt(parts, after)]);
  return {
    parent: parent ?? 0,
    changed: changed.length > 0,
    batches: read.length,
    records: sum(({ records }) => records),
    accepted: sum(({ accepted }) => accepted),
    tables: Object.fromEntries(
      diffs.map(({ table, rowsAdded, rowsRemoved, rowsChanged }) => [
        table,
        { changedPartitions: written[table]?.changedPartitions ?? 0, rowsAdded, rowsRemoved, rowsChanged },
      ]),
    ),
    gold: await rowDifferences(sides, gold, GOLD_ROWS),
    headline: figureChanges(then, now).filter((figure) => figure.then !== figure.now),
    healed,
    checks: checks.map(checkReport),
  };
}

/** Rows of each result that a report shows. */
const GOLD_ROWS = 5;

/** What the run changed, row by row. */
async function changesOf(
  { from, to, keys }: Sides,
  tables: readonly string[],
): Promise<readonly TableDiff[]> {
  if (tables.length === 0) return [];
  return diffViews({ from, to }, { tables, keyOf: (table) => keys.get(table) ?? [] });
}
