// The models against the reference, on the golden cases and on generated deliveries; and their own declarations.

import fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readResult } from '../../src/engine/read-result.js';
import { startDuckDbWasm } from '../../src/engine/wasm/engine.js';
import { duckDbType } from '../../src/engine/duckdb-sql.js';
import { goldenCases } from '../golden/cases.js';
import { deliveries } from '../reference/arbitraries.js';
import { reference } from '../reference/reference.js';
import { findings, putSources, rowsOf, runAll, runModel } from './model-lake.js';
import { lawRuns } from '../law-runs.js';
import { checks, loadModels } from './built-in-saas.js';

const engine = startDuckDbWasm();
afterAll(() => engine.close());
const models = loadModels();
const errorChecks = checks().filter(({ severity }) => severity === 'error');

describe('models', () => {
  it.each(goldenCases())(
    'make of $name what the reference makes, and the checks find nothing',
    async ({ batchDirs, gold }) => {
      const runs = batchDirs.map((dir) =>
        readdirSync(dir).map((name) => ({ name, bytes: readFileSync(join(dir, name)) })),
      );
      const expected = reference(runs).tables;
      const made = await runAll(engine, expected);
      for (const [table, rows] of Object.entries(made)) {
        if (table in expected) expect(rows, table).toEqual(expected[table]);
      }
      expect(await findings(engine, errorChecks)).toEqual({});
      for (const [table, { rows }] of Object.entries(gold))
        expect(made[`gold.${table}`], table).toEqual(rows);
    },
  );

  it('make of any deliveries what the reference makes, and the checks find nothing', async () => {
    await fc.assert(
      fc.asyncProperty(deliveries, async (runs) => {
        const expected = reference(runs).tables;
        for (const [table, rows] of Object.entries(await runAll(engine, expected))) {
          if (table in expected) expect(rows, table).toEqual(expected[table]);
        }
        expect(await findings(engine, errorChecks)).toEqual({});
      }),
      { numRuns: lawRuns(15) },
    );
  });
});

describe('model declarations', () => {
  const textOf = new Map(models.map(({ table, sql }) => [table.name, sql]));

  it.each(models)('$table.name names the relations that it reads', async ({ table, inputs, usesRange }) => {
    const declared = inputs.map(({ table, as = table }) => as);
    if (usesRange) declared.push('run.event_range');
    const read = await engine.relationsOf(textOf.get(table.name) ?? '');
    expect(read.filter((name) => name !== 'run.days')).toEqual(declared.sort());
  });

  it.each(models)('$table.name gives the columns of its table, in order and type', async ({ table, sql }) => {
    const described = rowsOf(await readResult(await engine.query(`DESCRIBE ${sql}`)));
    expect(described.map((row) => [row['column_name'], row['column_type']])).toEqual(
      table.columns.map(({ name, type }) => [name, duckDbType(type)]),
    );
  });

  it('read no other columns than they say', async () => {
    await putSources(engine, {});
    for (const model of models) {
      await runModel(engine, model);
      for (const { table, as = table, columns } of model.inputs) {
        const others = `SELECT ${columns.join(', ')} FROM ${table}`;
        await engine.keep('run.narrow', others);
        const narrowed = model.sql.replaceAll(
          new RegExp(`\\b${as.replace('.', '\\.')}\\b`, 'g'),
          'run.narrow',
        );
        await expect(engine.query(narrowed), `${model.table.name} from ${as}`).resolves.toBeDefined();
      }
    }
  });

  it('come after their inputs', () => {
    const order = models.map(({ table }) => table.name);
    for (const [index, { inputs }] of models.entries()) {
      for (const { table } of inputs) expect(order.indexOf(table)).toBeLessThan(index);
    }
  });
});
