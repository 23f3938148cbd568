// The checks, each of them loud about its own kind of damage. That they are silent over sound tables is said beside the
// models.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { startDuckDbWasm } from '../../src/engine/wasm/engine.js';
import { countStatement } from '../../src/pipeline/checks/sql-checks.js';
import { goldenCases } from '../golden/cases.js';
import { reference } from '../reference/reference.js';
import { findings, runAll } from './model-lake.js';
import { violations } from './portable-sql.js';
import { checks, loadModels } from './built-in-saas.js';

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

  it.each<[string, string, string, readonly string[]]>([
    [
      'a repeated row',
      'silver.users',
      'SELECT * FROM silver.users UNION ALL (SELECT * FROM silver.users LIMIT 1)',
      ['silver_users_key'],
    ],
    [
      'a key of null',
      'silver.user_days',
      'SELECT * REPLACE (NULL AS user_id) FROM silver.user_days',
      ['silver_user_days_key'],
    ],
    [
      'a lost movement',
      'gold.mrr_daily',
      'SELECT * REPLACE (0 AS new_mrr) FROM gold.mrr_daily',
      ['mrr_movements'],
    ],
    [
      'a wrong level',
      'gold.mrr_monthly',
      'SELECT * REPLACE (mrr + 1 AS mrr) FROM gold.mrr_monthly',
      ['mrr_month_ends'],
    ],
    [
      'a wrong net',
      'gold.daily_revenue_net',
      'SELECT * REPLACE (net_revenue + 1 AS net_revenue) FROM gold.daily_revenue_net',
      ['net_is_gross_less_refunds'],
    ],
    [
      'a lost day',
      'gold.daily_revenue_gross',
      'SELECT * FROM gold.daily_revenue_gross WHERE purchases = 0',
      ['gross_revenue_is_all_purchases'],
    ],
    [
      'a wrong refund',
      'gold.daily_revenue_net',
      'SELECT * REPLACE (refunds + 1 AS refunds) FROM gold.daily_revenue_net',
      ['refunds_are_all_refunds'],
    ],
    [
      'a lost user',
      'gold.ltv_per_user',
      'SELECT * FROM gold.ltv_per_user WHERE ltv = 0',
      ['ltv_is_net_revenue'],
    ],
    [
      'a lost cohort',
      'gold.weekly_cohort_retention',
      'SELECT * FROM gold.weekly_cohort_retention WHERE 1 = 0',
      ['cohorts_hold_all_signups'],
    ],
  ])('%s is found', async (_, table, damaged, names) => {
    await engine.keep('run.damaged', damaged);
    await engine.keep(table, 'SELECT * FROM run.damaged');
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
