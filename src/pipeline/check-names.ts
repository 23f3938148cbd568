// The names of all checks that a pipeline has, whoever makes them: what users may set severities of.

import type { Pipeline } from './definition.js';
import { recordCheckNames } from './record-checks.js';

/** Without repeats, sorted. */
export function checkNames(pipeline: Pipeline): readonly string[] {
  const declared = [...pipeline.checks, ...pipeline.ranges].map(({ name }) => name);
  return [...new Set([...declared, ...recordCheckNames(pipeline)])].sort();
}
