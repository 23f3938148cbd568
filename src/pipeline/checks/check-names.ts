// The names of all checks that a pipeline has, whoever makes them: what users may set severities of.

import type { CheckPolicy } from '../define/spec/check-policy.js';
import type { Pipeline } from '../define/pipeline.js';
import type { DailySeries } from '../define/spec/pipeline-spec.js';
import { deliveryCheckNames } from './delivery-checks.js';
import { readingCheckNames } from './reading-checks.js';
import { reasonCheckName } from './metric-checks.js';
import { recordCheckNames } from './record-checks.js';
import { rowCheckNames, tableCheckNames } from './table-checks.js';

/** Checks that a pipeline declares, and where in its specification each stands. */
export function declaredChecks({
  checks,
  ranges,
  runs,
}: Pipeline): readonly { readonly name: string; readonly place: readonly PropertyKey[] }[] {
  return [
    ...checks.map(({ name }, i) => ({ name, place: ['checks', i, 'name'] })),
    ...ranges.map(({ name }, i) => ({ name, place: ['ranges', i, 'name'] })),
    ...runs.metrics.map(({ check }, i) => ({ name: check, place: ['runs', 'metrics', i, 'check'] })),
  ];
}

/** Of the check that judges a series. */
export const seriesCheckName = ({ name }: DailySeries): string => `anomaly_${name}_per_day`;

const seriesCheckNames = ({ series }: Pipeline): readonly string[] => series.map(seriesCheckName);

/** Checks that the machinery makes for a pipeline. */
export function madeCheckNames(pipeline: Pipeline): readonly string[] {
  const extracts = pipeline.sources.filter(({ kind }) => kind === 'extract');
  return [
    ...recordCheckNames(pipeline),
    ...readingCheckNames(pipeline),
    ...extracts.flatMap(({ contract }) => deliveryCheckNames(contract.source)),
    ...tableCheckNames,
    reasonCheckName,
    ...seriesCheckNames(pipeline),
  ];
}

/** Sorted. */
export const checkNames = (pipeline: Pipeline): readonly string[] =>
  [...declaredChecks(pipeline).map(({ name }) => name), ...madeCheckNames(pipeline)].sort();

/** Those that are worth telling whenever they fail: what watches over time, and rows that go. Of others the first time is. */
export function alertingChecks(pipeline: Pipeline, { limits }: CheckPolicy): readonly string[] {
  const metrics = pipeline.runs.metrics.filter(
    ({ name, isCommon }) => isCommon !== true || limits[name] !== undefined,
  );
  return [...metrics.map(({ check }) => check), ...seriesCheckNames(pipeline), ...rowCheckNames];
}

/** What users may set bounds of. */
export const limitNames = ({ runs, series }: Pipeline): readonly string[] =>
  [...runs.metrics, ...series].map(({ name }) => name).sort();
