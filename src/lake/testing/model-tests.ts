// The tests of a project: each gives a model rows, and compares what the model makes of them with the rows that are expected.

import { isLakeError, LakeError } from '../../common/errors.js';
import type { StartEngine } from '../../engine/choose-engine.js';
import type { Engine } from '../../engine/engine.js';
import { quoted } from '../../engine/sql-tokens.js';
import type { TableDefinition } from '../../format/table-definition.js';
import type { Pipeline } from '../../pipeline/define/pipeline.js';
import type { Model } from '../../pipeline/define/spec/pipeline-spec.js';
import type { Project } from '../../project/load/load-project.js';
import { Problems } from '../../project/problems.js';
import type { ModelTest } from '../../project/test-file.js';
import { statementResult } from '../read/statement-result.js';
import { rowsStatement, unknownColumns } from './given-rows.js';
import { rowFaults, type RowFault } from './row-faults.js';

/** How a test came out. */
export interface TestOutcome {
  readonly name: string;
  /** Relative to the project's folder. */
  readonly file: string;
  readonly line: number;
  readonly model: string;
  readonly status: 'pass' | 'fail';
  readonly faults: readonly RowFault[];
  /** What the engine said instead of giving rows. */
  readonly error?: string;
}

/**
 * Runs a project's tests in the order of their files.
 * @param names only these, by their own names or their files'
 * @throws LakeError `invalid-input` for tests of tables and columns that are not there, each with its place; `not-found` for a name
 */
export async function runModelTests(
  project: Project,
  { startEngine, names = [] }: { readonly startEngine: StartEngine; readonly names?: readonly string[] },
): Promise<readonly TestOutcome[]> {
  const pipeline = project.under(project.settings.defaults);
  const { tests } = project.files;
  const chosen =
    names.length === 0 ? tests : tests.filter((test) => names.some((name) => isCalled(test, name)));
  const unknown = names.find((name) => !tests.some((test) => isCalled(test, name)));
  if (unknown !== undefined)
    throw new LakeError(
      'not-found',
      `There is no test ${unknown}; there are ${tests.map(({ name }) => name).join(', ') || 'none: write tests/<name>.yaml'}.`,
    );
  refuseUnknown(chosen, pipeline);
  if (chosen.length === 0) return [];
  const engine = await startEngine();
  try {
    const outcomes: TestOutcome[] = [];
    for (const test of chosen) outcomes.push(await runTest(engine, pipeline, test));
    return outcomes;
  } finally {
    await engine.close();
  }
}

const isCalled = ({ name, file, test }: ModelTest, asked: string): boolean =>
  [name, file, file.replace(/^tests\//, ''), test.model].includes(asked);

const modelOf = (pipeline: Pipeline, { test }: ModelTest): Model | undefined =>
  pipeline.models.find(({ table }) => table.name === test.model);

/** Tables and columns that a test names are there; all faults are told at once. */
function refuseUnknown(tests: readonly ModelTest[], pipeline: Pipeline): void {
  const problems = new Problems();
  for (const each of tests) {
    const { test, places } = each;
    const at = (...path: readonly PropertyKey[]): ReturnType<typeof places.placeOf> =>
      places.placeOf([...(each.at === undefined ? [] : [each.at]), ...path]);
    const model = modelOf(pipeline, each);
    if (model === undefined) {
      problems.add(
        at('model'),
        `there is no model ${test.model}; there are ${pipeline.models.map(({ table }) => table.name).join(', ')}`,
      );
      continue;
    }
    const inputs = model.inputs.map(({ table }) => table);
    for (const [table, rows] of Object.entries(test.given)) {
      const definition = pipeline.table(table)?.definition;
      if (definition === undefined || !inputs.includes(table))
        problems.add(
          at('given', table),
          `${test.model} does not read ${table}; it reads ${inputs.join(', ') || 'no table'}`,
        );
      else
        for (const name of unknownColumns(definition.columns, rows))
          problems.add(at('given', table), `${table} has no column ${name}; it has ${namesOf(definition)}`);
    }
    for (const name of unknownColumns(model.table.columns, test.expect))
      problems.add(at('expect'), `${test.model} has no column ${name}; it has ${namesOf(model.table)}`);
  }
  problems.throwIfAny();
}

const namesOf = ({ columns }: TableDefinition): string => columns.map(({ name }) => name).join(', ');

async function runTest(engine: Engine, pipeline: Pipeline, each: ModelTest): Promise<TestOutcome> {
  const { name, file, test, places, at } = each;
  const told = { name, file, line: places.placeOf(at === undefined ? [] : [at]).line, model: test.model };
  const model = modelOf(pipeline, each)!;
  try {
    await giveRows(engine, pipeline, model, test);
    const faults = await compare(engine, model, test);
    return { ...told, status: faults.length === 0 ? 'pass' : 'fail', faults };
  } catch (error) {
    if (!isLakeError(error, 'invalid-input')) throw error;
    return { ...told, status: 'fail', faults: [], error: error.message };
  }
}

/** The model's inputs with the rows of the test, and what the machinery gives to models. */
async function giveRows(
  engine: Engine,
  pipeline: Pipeline,
  { inputs }: Model,
  { given }: ModelTest['test'],
): Promise<void> {
  await engine.reset();
  const { dialect } = engine;
  for (const { table, as = table } of inputs) {
    const { columns } = pipeline.table(table)!.definition;
    await engine.register(as, { kind: 'select', sql: rowsStatement(columns, given[table] ?? []) });
  }
  const range = pipeline.range === null ? undefined : pipeline.table(pipeline.range)?.definition;
  const day = range?.partition?.source;
  const isRead = inputs.some(({ table }) => table === pipeline.range);
  await engine.register('run.event_range', {
    kind: 'select',
    sql:
      range === undefined || day === undefined || !isRead
        ? 'SELECT CAST(NULL AS DATE) AS first_date, CAST(NULL AS DATE) AS last_date'
        : `SELECT MIN(${quoted(day)}) AS first_date, MAX(${quoted(day)}) AS last_date FROM ${dialect.relation(range.name)}`,
  });
  await engine.register('run.days', {
    kind: 'select',
    sql: `SELECT CAST('1999-12-27' AS DATE) + n AS date FROM (${dialect.numbers(36_530)}) AS numbers`,
  });
}

/** Rows as texts by column, in an order that follows from their content. */
async function rowsOf(
  engine: Engine,
  sql: string,
  columns: readonly string[],
): Promise<readonly (readonly (string | null)[])[]> {
  const cells = columns.map((name) => `CAST(${quoted(name)} AS VARCHAR) AS ${quoted(name)}`).join(', ');
  const { rows } = await statementResult(engine, `SELECT ${cells} FROM (\n${sql}\n) AS compared`);
  return Array.from(rows, (row) => row.map((value) => (typeof value === 'string' ? value : null)));
}

/** Only columns that the test names are compared. */
async function compare(
  engine: Engine,
  model: Model,
  { expect }: ModelTest['test'],
): Promise<readonly RowFault[]> {
  const named = new Set(expect.flatMap((row) => Object.keys(row)));
  const compared = model.table.columns.filter(({ name }) => expect.length === 0 || named.has(name));
  const columns = compared.map(({ name }) => name);
  const found = await rowsOf(engine, model.sql, columns);
  const expected = await rowsOf(engine, rowsStatement(compared, expect), columns);
  const key = model.table.key.every((name) => columns.includes(name)) ? model.table.key : [];
  return rowFaults({ columns, key, found, expected });
}
