// What is asked about, in the terms of one snapshot: the table, the row, under which rules it was made.

import { LakeError } from '../../common/errors.js';
import type { TableDefinition } from '../../format/table-definition.js';
import type { Pipeline } from '../../pipeline/define/pipeline.js';
import type { LakeView, TableState } from '../../table/view.js';
import { recordedPipeline } from '../../pipeline/define/recorded/recorded-pipeline.js';
import { definitionAt, tableNamed, type Parts } from '../lake-context.js';
import type { Subject } from './bind-explanation.js';
import { explanationOf, recordsBehind, refuseNoColumn } from './declared-columns.js';
import { rulesOf, type Rules } from './explain-records.js';
import type { ExplainOptions } from './explain-results.js';
import { keyOf } from './explain-where.js';

/** A question that has an answer. */
export interface Question {
  readonly state: TableState;
  readonly rules: Rules;
  readonly subject: Subject;
}

/** @throws LakeError `not-found` for a table that is not there; `invalid-input` for another key or column */
export async function questionOf(
  parts: Parts,
  view: LakeView,
  table: string,
  { where, column }: ExplainOptions,
): Promise<Question> {
  await refuseOtherPipeline(parts, view);
  const state = await tableNamed(view, table);
  const rules = await rulesOf(parts, view);
  const { pipeline } = rules;
  const definition = explainable(pipeline, state.name);
  const key = keyOf(definition, where, isModel(pipeline, definition.name));
  refuseColumn(pipeline, definition, column);
  return { state, rules, subject: { pipeline, definition, key, ...(column !== undefined && { column }) } };
}

async function refuseOtherPipeline(parts: Parts, view: LakeView): Promise<void> {
  if ((await definitionAt(parts, view)) !== undefined) return;
  const { name } = parts.pipeline;
  const made = (await recordedPipeline(view)) ?? 'another pipeline';
  throw new LakeError(
    'invalid-input',
    `The tables of snapshot ${view.snapshot.snapshotId} were made by ${made}; only that can explain them, and this is ${name}. "lake show" and "lake query" read them as they are.`,
    { details: { expected: name, actual: made } },
  );
}

/** Whether something is known of what makes a table's rows: records, or the statement of a model. */
export const canBeExplained = (pipeline: Pipeline, table: string): boolean =>
  recordsBehind(pipeline, table) !== undefined || isModel(pipeline, table);

const isModel = ({ models }: Pipeline, table: string): boolean =>
  models.some((model) => model.table.name === table);

function explainable(pipeline: Pipeline, table: string): TableDefinition {
  const all = pipeline.definitions;
  const isExplained = ({ name }: TableDefinition): boolean => canBeExplained(pipeline, name);
  const definition = all.find(({ name }) => name === table);
  if (definition !== undefined && isExplained(definition)) return definition;
  const known = all.filter(isExplained).map(({ name }) => name);
  throw new LakeError(
    'invalid-input',
    `Rows of ${table} are not explained: no model makes them, and no key of theirs names a record. Explained are those of ${known.join(', ')}.`,
    { details: { table } },
  );
}

/** A column must be one that is explained; a row without explained columns comes as a whole. */
function refuseColumn(pipeline: Pipeline, definition: TableDefinition, column: string | undefined): void {
  if (column === undefined) return;
  const { name } = definition;
  if (explanationOf(pipeline, name) !== undefined || recordsBehind(pipeline, name) === undefined)
    return refuseNoColumn(definition, column);
  const names = definition.columns.map((each) => each.name).join(', ');
  throw new LakeError(
    'invalid-input',
    `--column: a row of ${definition.name} comes as a whole (${names}); ask without --column.`,
    { details: { flag: '--column', table: definition.name } },
  );
}
