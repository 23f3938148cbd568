// The way back to bronze finds every record of a key, whatever its spelling, and says what became of it.

import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { findRecords } from '../../src/lake/explain/bronze-lookup.js';
import type { BronzeRecord } from '../../src/lake/explain/found-records.js';
import { openHead } from '../../src/table/view.js';
import { newLake, sharedResources, type TestLake } from '../pipeline/lake-under-test.js';
import { deliveries } from '../reference/arbitraries.js';
import type { Delivery } from '../reference/reference.js';
import { lawRuns, lawTimeout } from '../law-runs.js';
import { saasPipeline } from '../pipelines/built-in-saas.js';

const shared = sharedResources();
afterAll(() => shared.close());

const pipeline = saasPipeline();

async function find(
  lake: TestLake,
  source: string,
  keys: readonly (readonly string[])[],
): Promise<readonly BronzeRecord[]> {
  return findRecords({ view: (await openHead(lake.storage))!, pipeline, source, keys });
}

const file = (name: string, ...lines: readonly string[]): Delivery => ({
  name,
  bytes: Buffer.from(lines.map((line) => `${line}\n`).join('')),
});
const json = (name: string, records: readonly object[]): Delivery => ({
  name,
  bytes: Buffer.from(JSON.stringify(records)),
});

/** `e1:3 winner`. */
const shown = ({ key, lineNumber, role, verdict }: BronzeRecord): string =>
  `${key.join(' ')}:${lineNumber} ${role === 'refused' ? verdict : role}`;

const event = (id: string, members: object = {}): object => ({
  event_id: id,
  event_type: 'login',
  user_id: 'u1',
  timestamp: '2024-03-01T10:00:00Z',
  schema_version: 2,
  ...members,
});

describe('records of a log', () => {
  it('are found in every spelling of their id, and by no other id', async () => {
    const lake = newLake(shared.resources);
    const [plain, other] = [JSON.stringify(event('é"1')), JSON.stringify(event('x', { note: 'é\\"1' }))];
    await lake.ingest([
      file(
        'events.ndjson',
        ...['', plain, plain.replace('é', '\\u00e9'), plain.replace('event_id', 'event\\u005fid')],
        ...[JSON.stringify(event('  é"1 ')), other, `\uFEFF${plain}`],
        `{"event_id":"x",${plain.slice(1)}`,
        `{"inner":${plain},"event_id":"x"}`,
      ),
    ]);
    const records = await find(lake, 'events', [['é"1']]);
    expect(records.map(({ lineNumber }) => lineNumber)).toEqual([2, 3, 4, 5, 7, 8]);
    expect(records.map(({ role }) => role)).toEqual(['winner', ...Array<string>(5).fill('duplicate')]);
    expect(records[0]).toMatchObject({ raw: plain, sourceFile: 'events.ndjson', verdict: 'accepted' });
  });

  it('say which won, which said the same, which lost and which was refused', async () => {
    const lake = newLake(shared.resources);
    const late = event('e1', { timestamp: '2024-03-02T10:00:00Z' });
    const lines = [event('e1'), event('e1', { timestamp: 'soon' }), event('e2'), late, late];
    await lake.ingest([file('events.ndjson', ...lines.map((each) => JSON.stringify(each)))]);
    const all = await find(lake, 'events', [['e2'], ['e1'], ['e3']]);
    expect(all.map(shown)).toEqual([
      ...['e2:3 winner', 'e1:1 variant', 'e1:2 invalid_timestamp', 'e1:4 winner', 'e1:5 duplicate'],
    ]);
  });

  it('have the physical line of a file that grew', async () => {
    const lake = newLake(shared.resources);
    const [first, second] = ['e1', 'e2'].map((id) => JSON.stringify(event(id)));
    await lake.ingest([file('events.ndjson', first!, '')]);
    await lake.ingest([file('events.ndjson', first!, '', second!)]);
    expect((await find(lake, 'events', [['e2']])).map(shown)).toEqual(['e2:3 winner']);
  });

  it('that were corrected are replaced, and the correction stands', async () => {
    const lake = newLake(shared.resources);
    await lake.ingest([file('events.ndjson', JSON.stringify(event('e1', { timestamp: 'soon' })))]);
    const [, , batchId, line] = (await lake.rows('silver.quarantine'))[0]!;
    const correction = { source: 'events', batch_id: batchId, line_number: line, raw: event('e1') };
    await lake.replay({ name: 'fixed.ndjson', text: `\n${JSON.stringify(correction)}\n` });
    const records = await find(lake, 'events', [['e1']]);
    expect(records.map(shown)).toEqual(['e1:1 replaced', 'e1:2 winner']);
    expect(records[1]).toMatchObject({
      sourceFile: 'fixed.ndjson',
      raw: JSON.stringify(event('e1')),
      replaces: { batchId, lineNumber: 1 },
    });
  });
});

describe('records of an extract', () => {
  const subscription = (id: string, price: unknown, members: object = {}): object => ({
    subscription_id: id,
    user_id: 'u1',
    plan_id: 'pro',
    price,
    status: 'active',
    start_date: '2024-01-01',
    ...members,
  });

  it('are superseded by the newest delivery that holds their key', async () => {
    const lake = newLake(shared.resources);
    await lake.ingest([json('subscriptions.json', [subscription('s1', 1), subscription('s2', 1)])]);
    await lake.ingest([json('subscriptions.json', [subscription('s1', 2), subscription('s1', 3)])]);
    await lake.ingest([json('subscriptions.json', [subscription('s1', 'free'), subscription('s3', 1)])]);
    const all = await find(lake, 'subscriptions', [['s1'], ['s2']]);
    expect(all.map(shown)).toEqual([
      ...['s1:1 superseded', 's1:1 variant', 's1:2 winner', 's1:1 invalid_price', 's2:2 winner'],
    ]);
  });

  it('of CSV have the line they start on, under keys as silver writes them', async () => {
    const lake = newLake(shared.resources);
    await lake.ingest([
      file(
        'marketing_spend.csv',
        'spend,Date,channel',
        '',
        '1,2024-03-01," Google',
        '"',
        '2, 2024-03-01,google',
      ),
    ]);
    const all = await find(lake, 'marketing_spend', [['2024-03-01', 'google']]);
    expect(all.map(shown)).toEqual(['2024-03-01 google:3 variant', '2024-03-01 google:5 winner']);
    expect(all[0]?.raw).toBe('1,2024-03-01," Google\n"');
  });

  it('that were corrected stand in the delivery of the refused ones', async () => {
    const lake = newLake(shared.resources);
    await lake.ingest([json('subscriptions.json', [subscription('s1', 'free')])]);
    const [, , batchId, line] = (await lake.rows('silver.quarantine'))[0]!;
    await lake.ingest([json('subscriptions.json', [subscription('s1', 2)])]);
    const correction = {
      source: 'subscriptions',
      batch_id: batchId,
      line_number: line,
      raw: subscription('s1', 1),
    };
    await lake.replay({ name: 'fixed.ndjson', text: JSON.stringify(correction) });
    const all = await find(lake, 'subscriptions', [['s1']]);
    expect(all.map(shown)).toEqual(['s1:1 replaced', 's1:1 winner', 's1:1 superseded']);
  });
});

const conflictingIds = async (lake: TestLake): Promise<ReadonlySet<unknown>> =>
  new Set((await lake.rows('silver.event_conflicts')).map(([id]) => id));

async function idsWithVariants(lake: TestLake): Promise<ReadonlySet<unknown>> {
  const ids = (await lake.rows('silver.events')).map(([id]) => [String(id)]);
  const variants = (await find(lake, 'events', ids)).filter(({ role }) => role === 'variant');
  return new Set(variants.map(({ key: [id] }) => id));
}

describe(
  'whatever was delivered',
  () => {
    const sources = [
      ['events', 'silver.events', [0]],
      ['subscriptions', 'silver.subscriptions', [0]],
      ['marketing_spend', 'silver.marketing_spend', [0, 1]],
    ] as const;

    it('each row of silver has one winner in bronze, and each record found is there as it was judged', async () => {
      await fc.assert(
        fc.asyncProperty(deliveries, async (runs) => {
          const lake = newLake(shared.resources);
          for (const files of runs) await lake.ingest(files);
          for (const [source, table, columns] of sources) {
            const keys = (await lake.rows(table)).map((row) => columns.map((column) => String(row[column])));
            const winners = (await find(lake, source, keys)).filter(({ role }) => role === 'winner');
            expect(winners.map(({ key }) => key)).toEqual(keys);
          }
          expect(await idsWithVariants(lake)).toEqual(await conflictingIds(lake));
        }),
        { numRuns: lawRuns(3), endOnFailure: true },
      );
    });
  },
  lawTimeout(120_000),
);
