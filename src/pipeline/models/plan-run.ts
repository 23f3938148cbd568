// What a run would do, for `--dry-run`: partitions that change and models that are made.

import type { Pipeline } from '../define/pipeline.js';
import type { FoldedSources } from '../stage/fold-logs.js';
import type { StagedTables } from '../stage/staged-tables.js';
import { modelFacts } from './model-facts.js';
import { planModels, type ModelFacts, type RunPlan } from './model-plan.js';
import type { TableDelta } from './spread.js';

/** The plan of a run that has read and folded its sources. */
export async function planRun(
  pipeline: Pipeline,
  tables: StagedTables,
  { folds, changes }: Pick<FoldedSources, 'folds' | 'changes'>,
  deltas: ReadonlyMap<string, TableDelta>,
): Promise<RunPlan> {
  const facts = new Map<string, ModelFacts>();
  for (const model of pipeline.models)
    facts.set(model.table.name, await modelFacts(model, pipeline, { tables, everything: false, changes }));
  const partitions = [...folds]
    .map(([table, fold]) => [table, fold.partitions.map(({ value }) => value)] as const)
    .filter(([, values]) => values.length > 0);
  return {
    partitions: Object.fromEntries(partitions),
    models: planModels(pipeline.models, deltas, (model) => facts.get(model.table.name)!),
  };
}
