// What a run would do, for `--dry-run`: partitions that change and models that run, as far as it is known without running SQL.

import type { Pipeline } from '../define/pipeline.js';
import type { Model } from '../define/spec.js';
import { modelFingerprint } from '../define/fingerprint.js';
import type { FoldedSources } from '../stage/parsed-tables.js';
import type { TableDelta } from './spread.js';
import type { StagedTables } from '../stage/staged-tables.js';

export interface RunPlan {
  /** Partitions of each parsed table that would be rewritten. */
  readonly partitions: Readonly<Record<string, readonly string[]>>;
  /** Models that would run; a model whose inputs turn out equal may still be left out. */
  readonly models: readonly string[];
}

export function planOf(
  pipeline: Pipeline,
  tables: StagedTables,
  { folds }: FoldedSources,
  deltas: ReadonlyMap<string, TableDelta>,
): RunPlan {
  const partitions = [...folds].map(
    ([table, fold]) => [table, fold.partitions.map(({ value }) => value)] as const,
  );
  const dirty = new Set(deltas.keys());
  const models: string[] = [];
  for (const model of pipeline.models) {
    if (!mayRun(model, tables, dirty)) continue;
    dirty.add(model.table.name);
    models.push(model.table.name);
  }
  return { partitions: Object.fromEntries(partitions.filter(([, values]) => values.length > 0)), models };
}

function mayRun(model: Model, tables: StagedTables, dirty: ReadonlySet<string>): boolean {
  const fingerprint = tables.fingerprintBefore(model.table.name);
  const current = fingerprint?.startsWith(modelFingerprint(model)) === true;
  return !current || model.inputs.some(({ table }) => dirty.has(table));
}
