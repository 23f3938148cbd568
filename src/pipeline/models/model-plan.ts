// Which models are made, why, and which part of each: decided one by one as a run goes, or all at once for `--dry-run`,
// as far as it is known without running SQL. Pure: a plan is data that can be printed.

import type { Model } from '../define/spec/pipeline-spec.js';
import { monthsOf, partitionKind, scopeOf, type Scope, type ScopeFacts, type TableDelta } from './spread.js';

/** What a run would do. */
export interface RunPlan {
  /** Partitions of each parsed table that would be rewritten. */
  readonly partitions: Readonly<Record<string, readonly string[]>>;
  /** Models that would be made, in order; one whose inputs turn out equal may still be left out. */
  readonly models: readonly PlannedModel[];
}

/** A model that would be made. */
export interface PlannedModel {
  readonly table: string;
  /** A reason for people: `silver.events changed`. */
  readonly why: string;
  /** All of its rows, those of changed records, or those of the days or months that are named. */
  readonly makes: 'everything' | 'changed rows' | readonly string[];
}

/** What is known of a model before it is made. */
export interface ModelFacts extends ScopeFacts {
  /** How the table was made that the lake has: never, by another text or program, or by this one. */
  readonly madeBefore: 'never' | 'otherwise' | 'so';
  /** Every model is made whole, whatever changed. */
  readonly everything: boolean;
  /** The range of days that some models see is another than before. */
  readonly rangeChanged: boolean;
}

/** What of a model is made. */
interface Decision {
  readonly scope: Scope;
  /** Why; empty for the scope `none`. */
  readonly why: string;
}

/** What of a model must be made, given what changed so far. */
export function decide(model: Model, deltas: ReadonlyMap<string, TableDelta>, facts: ModelFacts): Decision {
  if (facts.everything) return { scope: { kind: 'full' }, why: 'everything is made again' };
  if (facts.madeBefore === 'never') return { scope: { kind: 'full' }, why: 'it has not been made yet' };
  if (facts.madeBefore === 'otherwise')
    return { scope: { kind: 'full' }, why: 'its definition or the program is another one' };
  const scope = scopeOf(model, deltas, facts);
  if (scope.kind !== 'none') return { scope, why: `${changedInputs(model, deltas)} changed` };
  if (model.usesRange && facts.rangeChanged)
    return { scope: { kind: 'full' }, why: 'the range of days changed' };
  return { scope, why: '' };
}

function changedInputs({ inputs }: Model, deltas: ReadonlyMap<string, TableDelta>): string {
  return [...new Set(inputs.map(({ table }) => table))].filter((table) => deltas.has(table)).join(', ');
}

/** All models that the changes can reach, each with the most that may have to be made of it. */
export function planModels(
  models: readonly Model[],
  changed: ReadonlyMap<string, TableDelta>,
  factsOf: (model: Model) => ModelFacts,
): readonly PlannedModel[] {
  const deltas = new Map(changed);
  return models.flatMap((model) => {
    const { scope, why } = decide(model, deltas, factsOf(model));
    if (scope.kind === 'none') return [];
    deltas.set(model.table.name, likelyDelta(model, scope, deltas));
    return [{ table: model.table.name, why, makes: madeBy(scope) }];
  });
}

function madeBy(scope: Scope): PlannedModel['makes'] {
  if (scope.kind === 'days') return [...scope.days].sort();
  if (scope.kind === 'months') return [...scope.months].sort();
  return scope.kind === 'rows' ? 'changed rows' : 'everything';
}

/** What the output would change at most. */
function likelyDelta({ table }: Model, scope: Scope, deltas: ReadonlyMap<string, TableDelta>): TableDelta {
  const time = scope.kind === 'rows' ? deltas.get(scope.log) : scope;
  if (time?.kind === 'days') {
    if (partitionKind(table) === 'day') return time;
    return { kind: 'months', months: monthsOf(time) };
  }
  return time?.kind === 'months' ? time : { kind: 'table', firstChanged: new Map() };
}
