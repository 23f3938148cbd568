// The names of all checks that a pipeline has, whoever makes them: what users may set severities of.

import type { Pipeline } from './definition.js';
import { deliveryCheckNames } from './delivery-checks.js';
import { metricCheckNames } from './metric-checks.js';
import { recordCheckNames } from './record-checks.js';
import { seriesCheckNames } from './series-checks.js';
import { tableCheckNames } from './table-checks.js';

/** Without repeats, sorted. */
export function checkNames(pipeline: Pipeline): readonly string[] {
  const declared = [...pipeline.checks, ...pipeline.ranges].map(({ name }) => name);
  const extracts = pipeline.sources.filter(({ kind }) => kind === 'extract');
  const made = [
    ...recordCheckNames(pipeline),
    ...extracts.flatMap(({ contract }) => deliveryCheckNames(contract.source)),
    ...tableCheckNames,
    ...metricCheckNames(pipeline),
    ...seriesCheckNames(pipeline),
  ];
  return [...new Set([...declared, ...made])].sort();
}

/** What users may set bounds of. */
export const limitNames = ({ runs, series }: Pipeline): readonly string[] =>
  [...runs.metrics, ...series].map(({ name }) => name).sort();
