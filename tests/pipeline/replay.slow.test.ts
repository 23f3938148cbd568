// Refused records that come back: under rules that accept more, and as corrections. Whatever the way, the lake is the one
// that an ingest from nothing gives.

import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { uuid } from '../../src/common/runtime.js';
import { systemRuntime } from '../../src/common/system-runtime.js';
import { commit } from '../../src/table/commit.js';
import { openHead } from '../../src/table/view.js';
import { deliveries } from '../reference/arbitraries.js';
import type { Delivery } from '../reference/reference.js';
import { newLake, sharedResources, type TestLake } from './lake-under-test.js';
import { lawRuns, lawTimeout } from '../law-runs.js';
import { defaultSettings, type SaasSettings } from '../pipelines/built-in-saas.js';

const shared = sharedResources();
afterAll(() => shared.close());

type Runs = readonly (readonly Delivery[])[];

/** Hashes of the files of every table, in order. */
async function contents(lake: TestLake): Promise<Readonly<Record<string, readonly string[]>>> {
  const view = (await openHead(lake.storage))!;
  const tables = view.tables.filter((name) => name !== 'bronze.runs').sort();
  const hashes: [string, readonly string[]][] = [];
  for (const name of tables) {
    const files = (await (await view.table(name))?.files()) ?? [];
    hashes.push([name, files.map(({ sha256 }) => sha256)]);
  }
  return Object.fromEntries(hashes);
}

async function ingested(runs: Runs, settings: SaasSettings): Promise<TestLake> {
  const lake = newLake(shared.resources, settings);
  for (const files of runs) await lake.ingest(files);
  return lake;
}

const lines = (...records: readonly object[]): Uint8Array =>
  Buffer.from(records.map((record) => `${JSON.stringify(record)}\n`).join(''));

const event = (id: string, members: object = {}): object => ({
  event_id: id,
  event_type: 'purchase',
  user_id: `u-${id}`,
  timestamp: '2024-03-01T10:00:00Z',
  amount: 10,
  currency: 'USD',
  schema_version: 2,
  ...members,
});

/** Settings under which the generated records are refused more often, and less. */
const strict: SaasSettings = {
  ...defaultSettings,
  rates: { USD: 1, EUR: 1.08 },
  eventDates: { from: '2024-01-10', to: '2024-03-20' },
};
const lenient: SaasSettings = {
  ...defaultSettings,
  eventTypes: ['logout', 'invite'],
};

describe(
  'replay',
  () => {
    it('after rules that accept more is an ingest from nothing under them, in every byte of every table', async () => {
      await fc.assert(
        fc.asyncProperty(deliveries, fc.boolean(), async (runs, all) => {
          const lake = await ingested(runs, strict);
          const relaxed = lake.under(lenient);
          await (all ? relaxed.backfill() : relaxed.replay());
          expect((await relaxed.replay()).run).toBeNull(); // the lake is one of the new rules
          expect(await contents(lake)).toEqual(await contents(await ingested(runs, lenient)));
        }),
        { numRuns: lawRuns(5), endOnFailure: true },
      );
    });

    it.each(['replay', 'backfill'] as const)(
      'by %s forgets a last day whose only event is now another',
      async (way) => {
        const early = event('2', { timestamp: '2024-01-05T10:00:00Z' }); // wins, where its day is accepted
        const late = event('2', { timestamp: '2024-03-18T10:00:00Z', schema_version: 1 });
        const runs = [[{ name: 'events.ndjson', bytes: lines(event('1'), early, late) }]];
        const lake = await ingested(runs, strict);
        const days = async (): Promise<unknown[]> =>
          (await lake.rows('gold.daily_active_users')).map(([day]) => String(day));
        expect([(await days())[0], (await days()).at(-1)]).toEqual(['2024-03-01', '2024-03-18']);
        const relaxed = lake.under(lenient);
        await relaxed[way]();
        expect([(await days())[0], (await days()).at(-1)]).toEqual(['2024-01-05', '2024-03-01']);
        expect(await contents(lake)).toEqual(await contents(await ingested(runs, lenient)));
      },
    );

    it('changes nothing under the same rules', async () => {
      const lake = await ingested(
        [[{ name: 'events.ndjson', bytes: lines(event('1'), { no: 'event' }) }]],
        strict,
      );
      expect((await lake.replay()).run).toBeNull();
    });

    it('takes settings that anyone may have written into a snapshot for none', async () => {
      const lake = await ingested([[{ name: 'events.ndjson', bytes: lines(event('1')) }]], strict);
      const base = await openHead(lake.storage);
      for (const settings of [{ rates: null }, { eventTypes: 'all' }, { eventDates: { from: 'x' } }])
        await commit(lake.storage, systemRuntime(), {
          base,
          commitId: uuid(systemRuntime()),
          operation: 'ingest',
          changes: [],
          reads: [],
          summary: { settings },
        });
      expect(await lake.under(lenient).replay()).not.toBeNull();
    });

    const touching: readonly [string, Partial<SaasSettings>, string][] = [
    ['another rate', { rates: { ...defaultSettings.rates, EUR: 2 } }, 'the rate of EUR was 1.08 and is 2'],
    ['a currency that goes', { rates: { USD: 1, GBP: 1.27 } }, 'currency "EUR" is no longer accepted'],
    ['fewer days', { eventDates: { from: '2024-02-01', to: '2099-12-31' } }, 'event_ts was accepted from 2000-01-01 to 2099-12-31 and is from 2024-02-01 to 2099-12-31'],
  ]; // prettier-ignore
    it.each(touching)('leaves %s to backfill', async (_, settings, reason) => {
      const lake = await ingested([[{ name: 'events.ndjson', bytes: lines(event('1')) }]], defaultSettings);
      const other = lake.under(settings);
      await expect(other.replay()).rejects.toThrow(reason);
      await expect(other.replay()).rejects.toThrow('lake backfill --all');
      await expect(other.ingest([])).rejects.toThrow('another contract');
    });
  },
  lawTimeout(240_000),
);

/** The quarantine as corrections, each record as `correct` makes it. */
async function correctionsOf(
  lake: TestLake,
  correct: (record: { source: string; reason: string; raw: string }) => unknown,
): Promise<string> {
  const rows = await lake.rows('silver.quarantine');
  return rows
    .map(([source, , batchId, line, reason, raw]) => ({
      source,
      batch_id: batchId,
      line_number: line,
      reason,
      raw: correct({ source: String(source), reason: String(reason), raw: String(raw) }),
    }))
    .filter(({ raw }) => raw !== null)
    .map((line) => JSON.stringify(line))
    .join('\n');
}

const deliveriesWithRefusals: readonly Delivery[] = [
  { name: 'events.ndjson', bytes: lines(event('1'), event('2', { currency: 'XXX' }), event('3', { amount: 'ten' })) },
  {
    name: 'subscriptions.json',
    bytes: Buffer.from(
      JSON.stringify([
        { subscription_id: 's1',
user_id: 'u',
plan_id: 'gold',
price: 5,
currency: 'USD', start_date: '2024-01-01', end_date: null, status: 'active' },
        { subscription_id: 's2',
user_id: 'u',
plan_id: 'pro',
price: 5,
currency: 'USD', start_date: '2024-01-01', end_date: null, status: 'active' },
      ]),
    ),
  },
  { name: 'marketing_spend.csv', bytes: Buffer.from('spend,date,channel\n12,2024-03-01,ads\nmuch,2024-03-02,ads\n') },
]; // prettier-ignore

const corrected = ({ source, raw }: { source: string; raw: string }): unknown => {
  if (source === 'marketing_spend') return raw.replace('much', '99.50');
  const record = JSON.parse(raw) as Record<string, unknown>;
  return source === 'events'
    ? { ...record, currency: 'EUR', amount: 10 }
    : JSON.stringify({ ...record, plan_id: 'basic' });
};

describe(
  'corrections',
  () => {
    it('take the place of refused records of every source, and the originals stay in bronze', async () => {
      const lake = await ingested([deliveriesWithRefusals], defaultSettings);
      expect(await lake.rows('silver.quarantine')).toHaveLength(4);
      await lake.replay({ name: 'fixed.ndjson', text: await correctionsOf(lake, corrected) });
      expect(await lake.rows('silver.quarantine')).toEqual([]);
      expect(await lake.rows('silver.events')).toHaveLength(3);
      expect((await lake.rows('silver.subscriptions')).map(([id, , plan]) => [id, plan])).toEqual([
        ['s1', 'basic'],
        ['s2', 'pro'],
      ]);
      expect(await lake.rows('silver.marketing_spend')).toEqual([
        ['2024-03-01', 'ads', '12.0000'],
        ['2024-03-02', 'ads', '99.5000'],
      ]);
      const reasons = (await lake.rows('bronze.events')).map((row) => row[5]);
      expect(reasons).toEqual([null, 'replaced', 'replaced']);
      expect((await lake.rows('bronze.events')).map((row) => row[3])).toEqual(
        Buffer.from(deliveriesWithRefusals[0]!.bytes)
          .toString()
          .split(/(?<=\n)/),
      );
    });

    it('survive a rebuild from nothing, also under rules that accept the originals', async () => {
      const lake = await ingested([deliveriesWithRefusals], defaultSettings);
      await lake.replay({ name: 'fixed.ndjson', text: await correctionsOf(lake, corrected) });
      const before = await contents(lake);
      expect((await lake.backfill()).written).toEqual({});
      const lenient = lake.under({ rates: { ...defaultSettings.rates, XXX: 5 } });
      await lenient.backfill();
      const after = await contents(lake);
      for (const table of ['silver.events', 'silver.quarantine', 'bronze.events', 'gold.daily_revenue_net'])
        expect([table, after[table]]).toEqual([table, before[table]]);
    });

    it('that are refused again are in the quarantine themselves, and can be corrected again', async () => {
      const lake = await ingested([deliveriesWithRefusals], defaultSettings);
      const wrong = await correctionsOf(lake, ({ source, raw }) =>
        source === 'marketing_spend'
          ? 'lots,2024-03-02,ads'
          : raw.replace('gold', 'silver').replace('XXX', 'YYY').replace('ten', '10').replace('"10"', '10'),
      );
      const { corrections } = await lake.replay({ name: 'wrong.ndjson', text: wrong });
      const rejected = { invalid_spend: 1, unknown_currency: 1, unknown_plan: 1 };
      expect(corrections).toEqual({ records: 4, accepted: 1, rejected, unchanged: 0, known: 0 });
      const quarantine = await lake.rows('silver.quarantine');
      expect(quarantine.map(([source, file, , line, reason]) => [source, file, line, reason])).toEqual([
        ['events', 'wrong.ndjson', 1, 'unknown_currency'],
        ['marketing_spend', 'wrong.ndjson', 3, 'invalid_spend'],
        ['subscriptions', 'wrong.ndjson', 4, 'unknown_plan'],
      ]);
      await lake.replay({
        name: 'right.ndjson',
        text: await correctionsOf(lake, ({ source, raw }) =>
          source === 'marketing_spend' ? '99.50,2024-03-02,ads' : corrected({ source, raw }),
        ),
      });
      expect(await lake.rows('silver.quarantine')).toEqual([]);
      expect(await lake.rows('silver.subscriptions')).toHaveLength(2);
      expect(await lake.rows('silver.marketing_spend')).toHaveLength(2);
      expect((await lake.backfill()).written).toEqual({});
    });

    it('of an old delivery do not win over what a newer one says', async () => {
      const subscription = {
        subscription_id: 's1',
        user_id: 'u',
        price: 5,
        currency: 'USD',
        start_date: '2024-01-01',
        end_date: null,
        status: 'active',
      };
      const delivery = (plan: string): Delivery => ({
        name: 'subscriptions.json',
        bytes: Buffer.from(JSON.stringify([{ ...subscription, plan_id: plan }])),
      });
      const lake = await ingested([[delivery('gold')], [delivery('pro')]], defaultSettings);
      await lake.replay({ name: 'fixed.ndjson', text: await correctionsOf(lake, corrected) });
      expect((await lake.rows('silver.subscriptions')).map(([, , plan]) => plan)).toEqual(['pro']);
    });

    it('are known when they come again', async () => {
      const lake = await ingested([deliveriesWithRefusals], defaultSettings);
      const fixed = { name: 'fixed.ndjson', text: await correctionsOf(lake, corrected) };
      await lake.replay(fixed);
      const again = { records: 0, accepted: 0, rejected: {}, unchanged: 0, known: 4 };
      expect(await lake.replay(fixed)).toEqual({ run: null, corrections: again });
      expect((await lake.replay({ ...fixed, name: 'copy.ndjson' })).corrections).toEqual(again);
    });

    it('may be taken from one file bit by bit', async () => {
      const lake = await ingested([deliveriesWithRefusals], defaultSettings);
      const untouched = (await correctionsOf(lake, ({ raw }) => raw)).split('\n');
      const fixed = (await correctionsOf(lake, corrected)).split('\n');
      for (let done = 1; done <= 4; done++) {
        const text = [...fixed.slice(0, done), ...untouched.slice(done)].join('\n');
        const { corrections } = await lake.replay({ name: 'fixed.ndjson', text });
        expect(corrections).toMatchObject({ records: 1, accepted: 1, unchanged: 4 - done, known: done - 1 });
      }
      const all = await ingested([deliveriesWithRefusals], defaultSettings);
      await all.replay({ name: 'fixed.ndjson', text: fixed.join('\n') });
      for (const table of [
        'silver.events',
        'silver.subscriptions',
        'silver.marketing_spend',
        'gold.mrr_daily',
      ])
        expect([table, (await contents(lake))[table]]).toEqual([table, (await contents(all))[table]]);
      expect((await lake.backfill()).written).toEqual({});
    });

    it('of which none is accepted are not taken in, and say why', async () => {
      const lake = await ingested([deliveriesWithRefusals], defaultSettings);
      const before = await contents(lake);
      const text = await correctionsOf(lake, ({ source, raw }) =>
        source === 'events' ? raw.replace('XXX', 'YYY') : raw,
      );
      const outcome = await lake.replay({ name: 'wrong.ndjson', text });
      expect(outcome).toEqual({
        run: null,
        corrections: { records: 1, accepted: 0, rejected: { unknown_currency: 1 }, unchanged: 3, known: 0 },
      });
      expect((await openHead(lake.storage))?.snapshot.snapshotId).toBe(1);
      expect(await contents(lake)).toEqual(before);
    });

    it('of a log may stand on many lines, and one that is no JSON is refused by itself', async () => {
      const lake = await ingested([deliveriesWithRefusals], defaultSettings);
      const text = await correctionsOf(lake, ({ source, reason, raw }) => {
        if (source !== 'events') return null;
        const record = JSON.parse(raw) as object;
        return reason === 'unknown_currency'
          ? JSON.stringify({ ...record, currency: 'EUR' }, null, 2).replaceAll('\n', '\r\n')
          : `${raw.slice(0, 20)}\n${raw.slice(20)}`;
      });
      const { corrections } = await lake.replay({ name: 'fixed.ndjson', text });
      expect(corrections).toMatchObject({ records: 2, accepted: 1, rejected: { invalid_json: 1 } });
      expect((await lake.rows('silver.events')).map(([id]) => id)).toEqual(['1', '2']);
      const [refused] = (await lake.rows('silver.quarantine')).filter(([source]) => source === 'events');
      expect(refused?.[5]).toContain('\n');
      expect((await lake.backfill()).written).toEqual({});
    });

    it('on generated data: correcting some records is the lake of a rebuild, whichever they are', async () => {
      await fc.assert(
        fc.asyncProperty(deliveries, fc.infiniteStream(fc.boolean()), async (runs, choice) => {
          const lake = await ingested(runs, defaultSettings);
          const good = ({ source }: { source: string }): unknown => {
            if (choice.next().value !== true) return null;
            if (source === 'marketing_spend') return '2024-02-01,corrected,5';
            return source === 'events' ? event('corrected', { event_type: 'login' }) : { nothing: 'right' };
          };
          const text = await correctionsOf(lake, good);
          if (text === '') return;
          const refusedBefore = (await lake.rows('silver.quarantine')).length;
          await lake.replay({ name: 'fixed.ndjson', text });
          const events = text.split('\n').filter((line) => line.includes('"source":"events"')).length;
          const spend = text.split('\n').filter((line) => line.includes('"source":"marketing_spend"')).length;
          expect((await lake.rows('silver.quarantine')).length).toBeLessThanOrEqual(refusedBefore - events);
          expect(spend).toBeGreaterThanOrEqual(0);
          const before = await contents(lake);
          expect((await lake.backfill()).written).toEqual({});
          expect(await contents(lake)).toEqual(before);
        }),
        { numRuns: lawRuns(3), endOnFailure: true },
      );
    });

    const refusals: readonly [string, (line: Record<string, unknown>) => string, string][] = [
    ['a line that is no JSON', () => '{"source"', 'bad.ndjson, line 1: expected a JSON object on one line'],
    ['a line without its batch', ({ source, raw }) => JSON.stringify({ source, raw, line_number: 1 }), 'bad.ndjson, line 1: batch_id: expected'],
    ['a record that is not in the quarantine', (line) => JSON.stringify({ ...line, line_number: 1 }), 'is not in the quarantine'],
    ['another source', (line) => JSON.stringify({ ...line, source: 'subscriptions' }), 'is a record of events, found source subscriptions'],
    ['the same record twice', (line) => `${JSON.stringify(line)}\n${JSON.stringify(line)}`, 'line 2: line 2 of batch'],
    ['bytes that are not base64', ({ raw, ...line }) => JSON.stringify({ ...line, raw_base64: String(raw) }), 'bad.ndjson, line 1: raw_base64: expected'],
    ['a record that is blank', (line) => JSON.stringify({ ...line, raw: ' \t' }), 'raw: expected the corrected record'],
    ['an empty file', () => '\n', 'expected at least one corrected record'],
  ]; // prettier-ignore
    it.each(refusals)('refuse %s, and nothing changes', async (_, bad, message) => {
      const lake = await ingested([deliveriesWithRefusals], defaultSettings);
      const [first = ''] = (await correctionsOf(lake, ({ raw }) => `${raw} `)).split('\n');
      const before = await contents(lake);
      const text = bad(JSON.parse(first) as Record<string, unknown>);
      await expect(lake.replay({ name: 'bad.ndjson', text })).rejects.toThrow(message);
      expect(await contents(lake)).toEqual(before);
    });
  },
  lawTimeout(240_000),
);
