// The names of all checks that a pipeline has, whoever makes them: what users may set severities of.

import type { Pipeline } from '../define/definition.js';
import { deliveryCheckNames } from './delivery-checks.js';
import { readingCheckNames } from './reading-checks.js';
import { metricCheckNames } from './metric-checks.js';
import { recordCheckNames } from './record-checks.js';
import { seriesCheckNames } from './series-checks.js';
import type { CheckPolicy } from '../define/check-policy.js';
import { rowCheckNames, tableCheckNames } from './table-checks.js';

/** Without repeats, sorted. */
export function checkNames(pipeline: Pipeline): readonly string[] {
  const declared = [...pipeline.checks, ...pipeline.ranges].map(({ name }) => name);
  const extracts = pipeline.sources.filter(({ kind }) => kind === 'extract');
  const made = [
    ...recordCheckNames(pipeline),
    ...readingCheckNames(pipeline),
    ...extracts.flatMap(({ contract }) => deliveryCheckNames(contract.source)),
    ...tableCheckNames,
    ...metricCheckNames(pipeline),
    ...seriesCheckNames(pipeline),
  ];
  return [...new Set([...declared, ...made])].sort();
}

/** Those that are worth telling whenever they fail: what watches over time, and rows that go. Of others the first time is. */
export function alertingChecks({ runs, ...pipeline }: Pipeline, { limits }: CheckPolicy): readonly string[] {
  const metrics = runs.metrics.filter(
    ({ name, isCommon }) => isCommon !== true || limits[name] !== undefined,
  );
  return [...metrics.map(({ check }) => check), ...seriesCheckNames({ runs, ...pipeline }), ...rowCheckNames];
}

/** What users may set bounds of. */
export const limitNames = ({ runs, series }: Pipeline): readonly string[] =>
  [...runs.metrics, ...series].map(({ name }) => name).sort();
