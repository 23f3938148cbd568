// What users ask of a lake, on the real thing: SQL sees whole tables, a dry run leaves no trace, a full disk one error.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LakeError } from '../../src/common/errors.js';
import { systemRuntime } from '../../src/common/system-runtime.js';
import { daysOfIso } from '../../src/common/calendar.js';
import type { ResultValue } from '../../src/lake/read/row-set.js';
import { query } from '../../src/lake/read/query.js';
import { runIngest } from '../../src/pipeline/run/ingest.js';
import { memoryStorage } from '../../src/storage/memory.js';
import { newLake, sharedResources } from '../pipeline/lake-under-test.js';
import { saasParts } from './saas-lake.js';
import { saasPipeline } from '../pipelines/built-in-saas.js';

const folder = join(import.meta.dirname, '../golden/01-basic/batch-1');
const files = ['events.ndjson', 'subscriptions.json', 'marketing_spend.csv'].map((name) => ({
  name,
  bytes: readFileSync(join(folder, name)),
}));

const shared = sharedResources();
afterAll(() => shared.close());

describe('lake query', () => {
  const lake = newLake(shared.resources);
  const parts = saasParts(lake);
  beforeAll(() => lake.ingest(files));

  async function ask(sql: string): Promise<readonly (readonly ResultValue[])[]> {
    const all: (readonly ResultValue[])[] = [];
    for await (const row of (await query(parts, sql, {})).rows) all.push(row);
    return all;
  }

  it('sees every column of a table, also where the statement names none', async () => {
    expect(await ask('TABLE gold.cac_by_channel')).toEqual([
      ['facebook', '80.0000', 1, 80],
      ['google', '150.5000', 1, 150.5],
    ]);
    expect(await ask('SELECT COUNT(*) FROM (SELECT DISTINCT t FROM silver.user_days AS t)')).toEqual([[6]]);
  });

  it('joins by the names of columns', async () => {
    const joined = 'SELECT COUNT(*) FROM gold.daily_revenue_gross NATURAL JOIN gold.daily_active_users';
    expect(await ask(joined)).toEqual([[17]]);
  });

  it('finds tables by names of any form, in joins of any kind', async () => {
    const days = [[17]];
    for (const sql of [
      'SELECT COUNT(*) FROM gold.daily_revenue_gross JOIN daily_active_users USING (date)',
      'SELECT COUNT(*) FROM "Gold"."daily_revenue_gross" NATURAL JOIN "DAILY_ACTIVE_USERS"',
      'FROM daily_revenue_gross AS g JOIN gold.daily_active_users AS a ON g.date = a.date SELECT COUNT(*)',
      'WITH users AS (FROM gold.daily_active_users) SELECT COUNT(*) FROM users SEMI JOIN daily_revenue_gross USING (date)',
    ])
      expect(await ask(sql)).toEqual(days);
  });

  it('answers what there is and what it looks like', async () => {
    expect(await ask('SHOW TABLES')).toContainEqual(['mrr_daily']);
    expect((await ask('DESCRIBE gold.cac_by_channel')).map(([name]) => name)).toEqual([
      ...['channel', 'spend', 'paid_conversions', 'cac'],
    ]);
    const [channel] = await ask('SUMMARIZE cac_by_channel');
    expect(channel?.slice(0, 4)).toEqual(['channel', 'VARCHAR', 'facebook', 'google']);
    const pivot = 'PIVOT cac_by_channel ON channel USING FIRST(spend) GROUP BY paid_conversions';
    expect(await ask(pivot)).toEqual([[1, '80.0000', '150.5000']]);
  });

  it('says of a table that is not there what was probably meant', async () => {
    const failure = (sql: string): Promise<unknown> => ask(sql).catch((error: unknown) => error);
    expect(await failure('SELECT * FROM gold.mrr_dayly')).toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('Did you mean mrr_daily?') as string,
    });
    expect(await failure('SELECT * FROM silver.mrr_daily')).toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('Did you mean gold.mrr_daily?') as string,
    });
    expect(await failure('SELECT * FROM events')).toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('bronze.events or silver.events') as string,
    });
  });

  it('shows instants beyond the calendar', async () => {
    expect(await ask("SELECT TIMESTAMP 'infinity', DATE '-infinity'")).toEqual([['infinity', '-infinity']]);
  });

  it('says where a statement breaks the syntax', async () => {
    await expect(ask("SELECT 1 AS a,\n  2 AT, 3 FROM users WHERE user_id = 'x'")).rejects.toThrow(
      /^Parser Error: syntax error at or near ",", in: 2 AT, 3 FROM users WHERE$/,
    );
  });

  it('refuses to change anything, also behind EXPLAIN', async () => {
    await expect(ask('EXPLAIN ANALYZE CREATE TABLE x AS SELECT 1')).rejects.toThrow(/SQL refused/);
  });
});

describe('a run', () => {
  it('writes nothing when it is dry', async () => {
    const lake = newLake(shared.resources);
    const { plan } = await lake.run(files, true);
    expect(plan?.models).toContainEqual({
      table: 'gold.mrr_daily',
      why: 'it has not been made yet',
      makes: 'everything',
    });
    expect(await lake.storage.list('')).toEqual([]);
  });

  it('ends in one error when a table cannot be written, and leaves no file of its own', async () => {
    const runtime = systemRuntime();
    const storage = memoryStorage(runtime, (step, path) => {
      if (step === 'write' && path.includes('silver/users'))
        throw new LakeError('out-of-resources', 'the disk is full');
    });
    const run = runIngest({
      storage,
      runtime,
      resources: shared.resources,
      dryRun: false,
      paths: [folder],
      pipeline: saasPipeline(),
      ingestDate: daysOfIso('2024-06-01') ?? 0,
    });
    await expect(run).rejects.toThrow('the disk is full');
    expect((await storage.list('silver')).map(({ path }) => path)).toEqual([]);
  });
});
