// Looks a specification through: its shape first, then what it means. Everything that is wrong is told at once.

import { defaultBookNames } from '../../books/book-tables.js';
import { checkModels } from './check-models.js';
import { checkQuality } from './check-quality.js';
import { checkShown } from './check-shown.js';
import { checkSources } from './check-sources.js';
import { checkTableName } from './check-tables.js';
import type { CheckedSpec } from './checked-spec.js';
import { Problems, specError, type Place, type Problem } from './problems.js';
import { shapeProblems } from './spec-shape.js';
import type { PipelineSpec } from '../spec/pipeline-spec.js';

/**
 * The specification, now known to be one that the machinery can carry.
 * @throws LakeError `invalid-input` with every fault and its place
 */
export function checkSpec(spec: PipelineSpec): CheckedSpec {
  const ofShape = shapeProblems(spec);
  if (ofShape.length > 0) throw specError(nameOf(spec), ofShape);
  const found = meaningProblems(spec);
  if (found.length > 0) throw specError(spec.name, found);
  return spec as CheckedSpec;
}

/** Every fault of a specification: of its shape alone, where that is not one. */
export function specProblems(spec: PipelineSpec): readonly Problem[] {
  const ofShape = shapeProblems(spec);
  return ofShape.length > 0 ? ofShape : meaningProblems(spec);
}

/** What is wrong with a specification of the right shape. */
function meaningProblems(spec: PipelineSpec): readonly Problem[] {
  const problems = new Problems();
  checkSources(spec.sources, problems);
  const tables = checkModels(spec.models ?? [], spec.sources, problems);
  checkTableNames(spec, problems);
  checkQuality(spec, tables, problems);
  checkShown(spec, tables, problems);
  return problems.all;
}

/** Of something that need not be a specification. */
const nameOf = (spec: unknown): string => {
  const name = (spec as { readonly name?: unknown } | null)?.name;
  return typeof name === 'string' ? JSON.stringify(name) : '(without a name)';
};

/** A table has one role: no two have one name. */
function checkTableNames({ sources, books, models = [] }: PipelineSpec, problems: Problems): void {
  const named: { readonly name: string; readonly place: Place }[] = [];
  sources.forEach((source, i) => {
    named.push({ name: source.bronze, place: ['sources', i, 'bronze'] });
    named.push({ name: source.table.name, place: ['sources', i, 'table', 'name'] });
    (source.childTables ?? []).forEach(({ name }, c) =>
      named.push({ name, place: ['sources', i, 'childTables', c, 'name'] }),
    );
    if (source.kind === 'log') named.push({ name: source.conflicts, place: ['sources', i, 'conflicts'] });
  });
  models.forEach(({ table }, i) => named.push({ name: table.name, place: ['models', i, 'table', 'name'] }));
  for (const [book, name] of Object.entries({ ...defaultBookNames, ...books })) {
    checkTableName(name, ['books', book], problems);
    named.push({ name, place: ['books', book] });
  }
  const first = new Map<string, Place>();
  for (const { name, place } of named) {
    problems.expect(!first.has(name), place, `${name} is the name of another table of the pipeline`);
    first.set(name, place);
  }
}
