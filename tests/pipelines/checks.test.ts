// The checks, each of them loud about its own kind of damage. That they are silent over sound tables is said beside the
// models.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { startDuckDbWasm } from '../../src/engine/duckdb-wasm.js';
import { checks } from '../../src/pipelines/saas/checks.js';
import { countStatement } from '../../src/pipeline/checks/sql-checks.js';
import { loadModels } from '../../src/pipelines/saas/models.js';
import { goldenCases } from '../golden/cases.js';
import { reference } from '../reference/reference.js';
import { findings, runAll } from './model-lake.js';
import { violations } from './portable-sql.js';

const engine = startDuckDbWasm();
afterAll(() => engine.close());

const all = checks();
const errors = all.filter(({ severity }) => severity === 'error');

async function makeLake(name: string): Promise<void> {
  const { batchDirs } = goldenCases().find((golden) => golden.name === name)!;
  const runs = batchDirs.map((dir) =>
    readdirSync(dir).map((file) => ({ name: file, bytes: readFileSync(join(dir, file)) })),
  );
  await runAll(engine, reference(runs).tables);
}

describe('error checks', () => {
  it('cover the key of every model', () => {
    for (const { table } of loadModels()) {
      expect(errors.some(({ name }) => name === `${table.name.replace('.', '_')}_key`)).toBe(true);
    }
  });
});

describe('damage', () => {
  beforeEach(() => makeLake('01-basic'));

  it.each<[string, string, readonly string[]]>([
    ['a repeated row', 'INSERT INTO silver.users SELECT * FROM silver.users LIMIT 1', ['silver_users_key']],
    ['a key of null', 'UPDATE silver.user_days SET user_id = NULL', ['silver_user_days_key']],
    ['a lost movement', 'UPDATE gold.mrr_daily SET new_mrr = 0 WHERE new_mrr > 0', ['mrr_movements']],
    ['a wrong level', 'UPDATE gold.mrr_monthly SET mrr = mrr + 1', ['mrr_month_ends']],
    [
      'a wrong net',
      'UPDATE gold.daily_revenue_net SET net_revenue = net_revenue + 1',
      ['net_is_gross_less_refunds'],
    ],
    [
      'a lost day',
      'DELETE FROM gold.daily_revenue_gross WHERE purchases > 0',
      ['gross_revenue_is_all_purchases'],
    ],
    [
      'a wrong refund',
      'UPDATE gold.daily_revenue_net SET refunds = refunds + 1',
      ['refunds_are_all_refunds'],
    ],
    ['a lost user', 'DELETE FROM gold.ltv_per_user WHERE ltv <> 0', ['ltv_is_net_revenue']],
    ['a lost cohort', 'DELETE FROM gold.weekly_cohort_retention', ['cohorts_hold_all_signups']],
  ])('%s is found', async (_, damage, names) => {
    await engine.run(damage);
    expect(Object.keys(await findings(engine, errors))).toEqual(expect.arrayContaining([...names]));
  });
});

describe('warnings', () => {
  const warnings = all.filter(({ severity }) => severity === 'warn');

  it.each<[string, Readonly<Record<string, number>>]>([
    ['03-refunds', { orphan_refunds: 3, over_refunded_purchases: 1, payments_without_user: 2 }],
    ['08-spend', { spend_gaps: 1 }],
    ['13-all-refused', {}],
  ])('of %s', async (name, expected) => {
    await makeLake(name);
    expect(await findings(engine, warnings)).toEqual(expected);
  });
});

describe('declarations', () => {
  it.each(all)('$name names the tables that it reads', async ({ sql, tables }) => {
    expect(await engine.relationsOf(sql)).toEqual([...tables].sort());
  });

  it.each(all)('$name is portable', (check) => {
    expect(violations(countStatement(check))).toEqual([]);
  });

  it('have different names', () => {
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
  });
});
