// What a run tells of records that lost something on their way in, and of sources that lost everything.

import { afterAll, describe, expect, it, vi } from 'vitest';
import type { CheckResult } from '../../src/pipeline/checks/check-results.js';
import { heldChecks } from '../../src/pipeline/checks/snapshot-checks.js';
import { openHead } from '../../src/table/view.js';
import type { Delivery } from '../reference/reference.js';
import { newLake, sharedResources, type TestLake } from './lake-under-test.js';
import { defaultSettings } from '../pipelines/built-in-saas.js';

vi.setConfig({ testTimeout: 240_000 }); // many runs, on machines that may be busy
const shared = sharedResources();
afterAll(() => shared.close());

const event = (id: string, members: object = {}): object => ({
  event_id: id,
  event_type: 'login',
  user_id: `u-${id}`,
  timestamp: '2024-03-01T10:00:00Z',
  schema_version: 2,
  ...members,
});

const log = (name: string, ...records: readonly object[]): Delivery => ({
  name,
  bytes: Buffer.from(records.map((record) => `${JSON.stringify(record)}\n`).join('')),
});
const spend = (text: string): Delivery => ({ name: 'marketing_spend.csv', bytes: Buffer.from(text) });

async function checkOf(lake: TestLake, name: string): Promise<CheckResult | undefined> {
  return (await heldChecks(await openHead(lake.storage))).find((check) => check.name === name);
}

describe('values that became null because of their type', () => {
  const numbers = [
    log('events-1.ndjson', event('1'), event('2', { user_id: 2 })),
    log('events-2.ndjson', event('3', { user_id: 3 })),
  ];

  it('are warned of with field, count and an example, in one run and in several', async () => {
    const once = newLake(shared.resources, defaultSettings);
    await once.ingest(numbers);
    const check = await checkOf(once, 'events_nulled_values');
    expect(check).toMatchObject({ severity: 'warn', status: 'fail', value: 2, expected: 0 });
    expect(check?.reason).toContain('user_id of 2 (2 in events-1.ndjson, line 2)');
    expect(check?.sample?.[0]?.cells).toEqual({
      field: 'user_id',
      records: '2',
      example: '2',
      source_file: 'events-1.ndjson',
      line_number: '2',
    });

    const several = newLake(shared.resources, defaultSettings);
    for (const delivery of numbers) await several.ingest([delivery]);
    expect(await checkOf(several, 'events_nulled_values')).toMatchObject({ status: 'fail', value: 1 });
    await several.backfill();
    expect(await checkOf(several, 'events_nulled_values')).toEqual(check);
    await several.ingest([log('events-3.ndjson', event('4'))]);
    expect(await checkOf(several, 'events_nulled_values')).toMatchObject({ status: 'pass', value: 0 });
  });

  it('are warned of in extracts too', async () => {
    const lake = newLake(shared.resources, defaultSettings);
    const subscription = {
      subscription_id: 's1',
      user_id: 'u',
      plan_id: 'pro',
      price: 5,
      currency: 'USD',
      start_date: '2024-01-01',
      end_date: null,
      status: 'active',
      created_at: 1704067200,
    };
    await lake.ingest([{ name: 'subscriptions.json', bytes: Buffer.from(JSON.stringify([subscription])) }]);
    const check = await checkOf(lake, 'subscriptions_nulled_values');
    expect(check?.reason).toContain('created_at of 1 (1704067200 in subscriptions.json, line 1)');
  });

  it('are warned of in corrections, at their line', async () => {
    const lake = newLake(shared.resources, defaultSettings);
    await lake.ingest([log('events.ndjson', event('1', { event_type: 'none' }))]);
    const [[, , batchId] = []] = await lake.rows('silver.quarantine');
    const correction = {
      source: 'events',
      batch_id: batchId,
      line_number: 1,
      raw: event('1', { user_id: 9 }),
    };
    await lake.replay({ name: 'fixed.ndjson', text: `\n\n${JSON.stringify(correction)}` });
    expect((await checkOf(lake, 'corrections_nulled_values'))?.reason).toContain(
      'user_id of 1 (9 in fixed.ndjson, line 3)',
    );
  });
});

describe('a source of which everything was refused', () => {
  it('is warned of, whatever was accepted before', async () => {
    const lake = newLake(shared.resources, defaultSettings);
    await lake.ingest([log('events.ndjson', event('1'), { no: 'event' })]);
    expect(await checkOf(lake, 'events_all_refused')).toMatchObject({ status: 'pass', value: 0 });
    await lake.ingest([log('events-2.ndjson', { no: 'event' }, { no: 'event either' })]);
    expect(await checkOf(lake, 'events_all_refused')).toMatchObject({
      severity: 'warn',
      status: 'fail',
      value: 2,
    });
    await lake.ingest([spend('date,channel,spend\nno,row,here\n')]);
    const check = await checkOf(lake, 'marketing_spend_all_refused');
    expect(check).toMatchObject({
      status: 'fail',
      value: 1,
      reason: expect.stringContaining('Of marketing_spend') as unknown,
    });
    expect(check?.sample?.[0]?.cells).toMatchObject({
      source_file: 'marketing_spend.csv',
      reasons: 'invalid_date',
    });
  });

  it('is not one without records', async () => {
    const lake = newLake(shared.resources, defaultSettings);
    await lake.ingest([spend('date,channel,spend\n'), log('events.ndjson')]);
    for (const source of ['events', 'marketing_spend'])
      expect(await checkOf(lake, `${source}_all_refused`)).toMatchObject({ status: 'pass' });
  });
});

it('fields that no contract knows are counted in every source', async () => {
  const lake = newLake(shared.resources, defaultSettings);
  await lake.ingest([
    log('events.ndjson', event('1', { plan: 'x' })),
    spend('date,channel,spend,currency\n2024-01-01,ads,5,EUR\n2024-01-02,ads,5,EUR\n2024-01-03,ads,5,\n'),
  ]);
  expect(await checkOf(lake, 'unknown_fields')).toMatchObject({ severity: 'warn', status: 'fail', value: 3 });
});
