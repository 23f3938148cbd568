// Tables made again from bronze: for good, or for a dry run over the lake, which is the same run with nothing written.

import { daysOfIso } from '../common/calendar.js';
import { LakeError } from '../common/errors.js';
import { runBackfill, type DayRange } from '../pipeline/backfill.js';
import type { RunOutcome } from '../pipeline/run.js';
import { overlayStorage } from '../storage/overlay.js';
import { definitionsOf } from '../pipeline/partitions.js';
import { diffViews, type TableDiff } from '../table/diff.js';
import { openForWriting } from '../table/lake-file.js';
import { openView } from '../table/view.js';
import type { BackfillOptions } from './lake.js';
import { pipelineOf, type Parts } from './parts.js';
import { checkReport, progressOf, startResources } from './resources.js';
import type { BackfillReport } from './maintenance-results.js';

export async function backfill(parts: Parts, options: BackfillOptions): Promise<BackfillReport> {
  const { runtime } = parts;
  const { signal, onProgress, dryRun = false } = options;
  const startedAt = runtime.now();
  const days = rangeOf(options);
  if (!dryRun) await openForWriting(parts.storage, runtime);
  const storage = dryRun ? overlayStorage(parts.storage, runtime) : parts.storage;
  const started = startResources();
  try {
    const outcome = await runBackfill({
      ...{ storage, runtime, resources: started.resources, dryRun: false },
      ...pipelineOf(parts),
        ...(days && { days }),
      ...(signal && { signal }),
      onStage: (stage, done, total) => onProgress?.(progressOf(stage, done, total)),
    });
    return {
      ...(await reportOf({ ...parts, storage }, outcome)),
      snapshot: dryRun ? null : outcome.snapshot,
      days: days ?? null,
      durationMs: Math.round((runtime.now() - startedAt) / 1000),
    };
  } finally {
    await started.close();
  }
}

/** @throws LakeError `invalid-input` unless it is a range of days, or everything */
function rangeOf({ from, to, all = false }: BackfillOptions): DayRange | undefined {
  if (all && from === undefined && to === undefined) return undefined;
  if (all || from === undefined || to === undefined)
    throw new LakeError(
      'invalid-input',
      'What to make again? Give a range of days (--from 2024-03-01 --to 2024-03-31), or --all.',
    );
  for (const day of [from, to])
    if (daysOfIso(day) === null)
      throw new LakeError('invalid-input', `"${day}" is no day; expected YYYY-MM-DD.`, {
        details: { actual: day },
      });
  if (from <= to) return { from, to };
  throw new LakeError('invalid-input', `The range ${from} to ${to} is empty: its first day is after its last.`, {
    details: { from, to },
  });
}

async function reportOf(
  parts: Parts,
  { read, written, checks, parent, snapshot, healed }: RunOutcome & { readonly healed: readonly string[] },
): Promise<Pick<BackfillReport, 'parent' | 'changed' | 'batches' | 'records' | 'accepted' | 'tables' | 'healed' | 'checks'>> {
  const sum = (of: (batch: (typeof read)[number]['batch']) => number): number =>
    read.reduce((total, { batch }) => total + of(batch), 0);
  const changed = Object.keys(written);
  const diffs = changed.length === 0 ? [] : await changesOf(parts, parent, snapshot, changed);
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
    healed,
    checks: checks.map(checkReport),
  };
}

/** What the run changed, row by row. */
async function changesOf(
  parts: Parts,
  parent: number | null,
  snapshot: number | null,
  tables: readonly string[],
): Promise<readonly TableDiff[]> {
  if (parent === null || snapshot === null) return [];
  const keys = new Map(definitionsOf(pipelineOf(parts).pipeline).map(({ name, key }) => [name, key]));
  const [from, to] = await Promise.all([openView(parts.storage, parent), openView(parts.storage, snapshot)]);
  return diffViews(parts.storage, from, to, { tables, keyOf: (table) => keys.get(table) ?? [] });
}
