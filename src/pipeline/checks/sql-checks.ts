// Checks that are SQL, over the tables of the snapshot being made, and a sample of what they find.

import type * as arrow from 'apache-arrow';
import type { Engine } from '../../engine/engine.js';
import { readResult } from '../../engine/read-result.js';
import { textAt } from '../../parquet/texts.js';
import { isPresent } from '../../parquet/chunks.js';
import { checkResult, SAMPLE_ROWS, type CheckResult, type SampleCells } from './check-results.js';
import type { Pipeline } from '../define/pipeline.js';
import type { Check } from '../define/spec/pipeline-spec.js';
import type { ModelRunner } from '../models/model-runner.js';
import { noMore } from '../models/relations.js';
import { severityOf, type CheckPolicy } from '../define/spec/check-policy.js';

/** The number of rows that a check finds, as its only row and column. */
export const countStatement = ({ sql }: Pick<Check, 'sql'>): string =>
  `SELECT CAST(COUNT(*) AS BIGINT) AS value FROM (${sql}) AS wrong`;

/** Runs the checks that read a table that was made again. */
export async function runChecks(
  engine: Engine,
  runner: ModelRunner,
  pipeline: Pipeline,
  { made, policy }: { readonly made: ReadonlySet<string>; readonly policy: CheckPolicy },
): Promise<readonly CheckResult[]> {
  const asked = pipeline.checks.filter(
    ({ name, severity, tables }) =>
      severityOf(policy, name, severity) !== 'off' && tables.some((table) => made.has(table)),
  );
  const results: CheckResult[] = [];
  for (const check of asked)
    if (await showTables(runner, pipeline, check)) results.push(await runCheck(engine, check));
  return results;
}

/** Unless a check needs the whole, tables in partitions are checked as far as they are loaded: what was made again is. */
async function showTables(runner: ModelRunner, pipeline: Pipeline, check: Check): Promise<boolean> {
  for (const name of check.tables) {
    if (pipeline.sources.some(({ kind, table }) => kind === 'log' && table.name === name)) {
      if (!(await runner.showLog(name))) return false;
      continue;
    }
    const definition = pipeline.table(name)?.definition;
    if (definition === undefined)
      throw new Error(`check ${check.name} reads ${name}, which the pipeline does not have`);
    const isWhole = check.whole === true || definition.partition === undefined;
    await runner.relations.show(definition, isWhole ? 'all' : noMore);
  }
  return true;
}

async function runCheck(engine: Engine, check: Check): Promise<CheckResult> {
  const counted = await readResult(await engine.query(countStatement(check)));
  const value = Number(counted.getChild('value')?.get(0));
  return checkResult(check, value, 0, value === 0 ? [] : await sampleOf(engine, check));
}

/** The first rows that a check finds, by all their columns as text. */
async function sampleOf(engine: Engine, { sql }: Check): Promise<readonly SampleCells[]> {
  const { quoted, text } = engine.dialect;
  const { schema } = await readResult(await engine.query(`SELECT * FROM (${sql}) AS wrong LIMIT 0`));
  const cells = schema.names.map((name) => `${text(quoted(String(name)))} AS ${quoted(String(name))}`);
  const order = cells.map((_, column) => `${column + 1} NULLS LAST`).join(', ');
  const statement = `SELECT ${cells.join(', ')} FROM (${sql}) AS wrong ORDER BY ${order} LIMIT ${SAMPLE_ROWS}`;
  return textRows(await readResult(await engine.query(statement)));
}

/** Rows of text columns. */
function textRows(table: arrow.Table): readonly SampleCells[] {
  const names = table.schema.fields.map(({ name }) => name);
  return table.batches.flatMap(({ data }) =>
    Array.from({ length: data.length }, (_, row) =>
      Object.fromEntries(
        names.map((name, column) => {
          const cells = data.children[column]!;
          return [name, isPresent(cells, row) ? textAt(cells, row) : null];
        }),
      ),
    ),
  );
}
