// From a number to the records that it was made of, and from a change to those that made it.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compact } from '../../src/lake/maintenance/compact.js';
import { addsUp } from '../../src/lake/explain/explain-columns.js';
import type { ExplainReport, SourceRecord, ExplainOptions } from '../../src/lake/explain/explain-results.js';
import { explain } from '../../src/lake/explain/explain.js';
import { expire } from '../../src/lake/maintenance/expire.js';
import { openHead } from '../../src/table/view.js';
import { whyChanged } from '../../src/lake/explain/why-changed.js';
import { newLake, sharedResources, type TestLake } from '../pipeline/lake-under-test.js';
import type { Delivery } from '../reference/reference.js';
import { saasParts } from './saas-lake.js';

const shared = sharedResources();
afterAll(() => shared.close());

async function lakeOf(...runs: readonly (readonly Delivery[])[]): Promise<TestLake> {
  const lake = newLake(shared.resources);
  for (const files of runs) await lake.ingest(files);
  return lake;
}

const ask = (lake: TestLake, table: string, options: ExplainOptions): Promise<ExplainReport> =>
  explain(saasParts(lake), table, options);

const log = (name: string, ...records: readonly object[]): Delivery => ({
  name,
  bytes: Buffer.from(records.map((record) => `${JSON.stringify(record)}\n`).join('')),
});

const event = (id: string, type: string, timestamp: string, members: object = {}): object => ({
  event_id: id,
  event_type: type,
  user_id: 'u1',
  timestamp,
  schema_version: 2,
  ...members,
});
const purchase = event('p1', 'purchase', '2024-03-01T10:00:00Z', { amount: 10 });
const refund = event('r1', 'refund', '2024-02-28T09:00:00Z', { amount: 4, refers_to_event_id: 'p1' });
const signup = event('s1', 'signup', '2024-02-27T09:00:00Z', { acquisition_channel: 'Google' });

/** `events.ndjson:2 winner`. */
const place = ({ sourceFile, lineNumber, role }: SourceRecord): string =>
  `${sourceFile}:${lineNumber} ${role}`;

const recordsIn = (report: ExplainReport, column: string): readonly string[] =>
  report.columns
    .filter((each) => each.column === column)
    .flatMap(({ sample = [] }) => sample.flatMap(({ records }) => records.map(place)));

/** The lake, and the files of what arrived that are read of it. */
function watched({ storage }: TestLake): {
  readonly lake: Pick<TestLake, 'storage'>;
  readonly arrived: string[];
} {
  const arrived: string[] = [];
  const read: TestLake['storage']['read'] = (path, range) => {
    if (path.startsWith('bronze/events/')) arrived.push(path);
    return storage.read(path, range);
  };
  return { lake: { storage: { ...storage, read } }, arrived };
}

describe('explain', () => {
  it('reads what arrived only where that is no more than it may, and says how much it is', async () => {
    const lake = await lakeOf([log('events.ndjson', purchase)], [log('events-2.ndjson', refund)]);
    const question = { where: ['date=2024-03-01'], column: 'net_revenue' };
    const { storage } = lake;
    const bytes = (await (await openHead(storage))?.table('bronze.events'))?.ref.bytes ?? 0;
    const [less, enough] = [watched(lake), watched(lake)];
    const short = await explain(saasParts(less.lake), 'daily_revenue_net', {
      ...question,
      readAtMost: bytes - 1,
    });
    expect(short.unreadBytes).toBe(bytes);
    expect(less.arrived).toEqual([]);
    expect(recordsIn(short, 'revenue')).toEqual([]);
    const whole = await explain(saasParts(enough.lake), 'daily_revenue_net', {
      ...question,
      readAtMost: bytes,
    });
    expect(enough.arrived).toHaveLength(2);
    expect(whole).not.toHaveProperty('unreadBytes');
    expect(whole).toEqual(await ask(lake, 'daily_revenue_net', question));
    expect(short.columns.map(({ sample = [], ...rest }) => [rest, sample.map(({ row }) => row)])).toEqual(
      whole.columns.map(({ sample = [], ...rest }) => [rest, sample.map(({ row }) => row)]),
    );
    const why = await whyChanged(saasParts(less.lake), 'daily_revenue_net', {
      ...question,
      since: '1',
      readAtMost: 0,
    });
    expect(why.unreadBytes).toBe(bytes);
    expect(less.arrived).toEqual([]);
    expect(why.columns.flatMap(({ sample = [] }) => sample.map(({ change }) => change))).not.toEqual([]);
    expect(why.columns.filter(({ broughtBy }) => broughtBy !== undefined)).toEqual([]);
  });

  it('goes from a cell over its rows to the records, the losing ones among them, and to what brought them', async () => {
    const lake = await lakeOf(
      [log('events.ndjson', purchase, refund, { ...purchase, amount: 3 }, purchase)],
      [log('more.events.ndjson'), log('events-2.ndjson', refund)],
    );
    const report = await ask(lake, 'daily_revenue_net', {
      where: ['date=2024-03-01'],
      column: 'net_revenue',
    });
    expect(report).toMatchObject({
      snapshot: 2,
      table: 'gold.daily_revenue_net',
      where: { date: '2024-03-01' },
    });
    expect(report.columns.map(({ column, kind, cell, sum }) => [column, kind, cell, sum])).toEqual([
      ['net_revenue', 'difference', '6.0000', '6.0000'],
      ['gross_revenue', 'sum', '10.0000', '10.0000'],
      ['refunds', 'sum', '4.0000', '4.0000'],
    ]);
    const bought = ['events.ndjson:1 winner', 'events.ndjson:3 variant', 'events.ndjson:4 duplicate'];
    const refunded = ['events.ndjson:2 winner', 'events-2.ndjson:1 duplicate'];
    expect(recordsIn(report, 'gross_revenue')).toEqual(bought);
    expect(recordsIn(report, 'refunds')).toEqual([...refunded, ...bought]);
    expect(report.model?.inputs).toEqual(['silver.payments']);
    expect(Object.values(report.batches).map(({ file, snapshot }) => [file, snapshot?.id])).toEqual([
      ['events.ndjson', 1],
      ['events-2.ndjson', 2],
    ]);
    expect(report.checks.map(({ name }) => name)).toContain('net_is_gross_less_refunds');
    expect(report.checks.every(({ status }) => status === 'pass')).toBe(true);
  });

  it('knows the events behind a user, and says that the snapshot which brought them has expired', async () => {
    const lake = await lakeOf([log('events.ndjson', signup, purchase)], [log('events-2.ndjson', refund)]);
    await compact(saasParts(lake), {});
    await expire(saasParts(lake), { keep: 1 });
    const report = await ask(lake, 'silver.users', { where: ['user_id=u1'] });
    expect(report.row).toMatchObject({ acquisition_channel: 'google', first_paid_date: '2024-03-01' });
    expect(report.records.map(place)).toEqual(['events.ndjson:1 winner', 'events.ndjson:2 winner']);
    expect(Object.values(report.batches)).toMatchObject([{ file: 'events.ndjson', snapshot: null }]);
  });

  const logout = event('o1', 'logout', '2024-03-02T10:00:00Z');
  it('names the snapshot that brought a corrected record, also after others replayed', async () => {
    const lake = await lakeOf([log('events.ndjson', logout, { ...purchase, amount: 'ten' })]);
    const [source, , batch_id, line_number] = (await lake.rows('silver.quarantine'))[1]!;
    const text = JSON.stringify({ source, batch_id, line_number, raw: purchase });
    await lake.replay({ name: 'fixed.ndjson', text });
    await lake.under({ eventTypes: ['logout'] }).replay();
    const report = await ask(lake, 'silver.events', { where: ['event_id=p1'] });
    expect(report.snapshot).toBe(3);
    expect(report.records.map(place)).toEqual(['events.ndjson:2 refused', 'fixed.ndjson:1 winner']);
    expect(Object.values(report.batches).map(({ file, snapshot }) => [file, snapshot?.id])).toEqual([
      ['events.ndjson', 1],
      ['fixed.ndjson', 2],
    ]);
    const underItsRules = await ask(lake, 'silver.events', { where: ['event_id=o1'] });
    expect(underItsRules.records.map(place)).toEqual(['events.ndjson:1 winner']);
  });

  it('has all rows with all, as many as asked for with a limit', async () => {
    const logins = Array.from({ length: 7 }, (_, at) =>
      event(`e${at}`, 'login', '2024-03-01T10:00:00Z', { user_id: `u${at}` }),
    );
    const lake = await lakeOf([log('events.ndjson', ...logins)]);
    const shown = async (options: Partial<ExplainOptions>): Promise<number | undefined> => {
      const where = ['date=2024-03-01'];
      const report = await ask(lake, 'daily_active_users', { where, column: 'dau', ...options });
      expect(report.columns[0]).toMatchObject({ cell: 7, sum: 7, rows: 7 });
      return report.columns[0]?.sample?.length;
    };
    expect(await shown({ all: true })).toBe(7);
    expect(await shown({ limit: 2 })).toBe(2);
  });

  it('sees text in keys as text', async () => {
    const name = `o'; DROP TABLE x; --`;
    const lake = await lakeOf([log('events.ndjson', { ...purchase, user_id: name })]);
    const report = await ask(lake, 'ltv_per_user', { where: [`user_id=${name}`] });
    expect(report.columns.filter((column) => !addsUp(column))).toEqual([]);
    expect(recordsIn(report, 'purchases')).toEqual(['events.ndjson:1 winner']);
  });

  const wrong: readonly [string, string, Partial<ExplainOptions>, string][] = [
    ['a condition without a value', 'gold.mrr_daily', { where: ['date'] }, 'expected --where date=…'],
    ['another column', 'gold.daily_active_users', { where: ['dat=2024-03-01'] }, 'Did you mean date?'],
    ['half a key', 'silver.user_days', { where: ['user_id=u1'] }, 'event_date is missing'],
    ['a value of another type', 'gold.mrr_daily', { where: ['date=March'] }, 'not a day as YYYY-MM-DD'],
    ['a row that is not there', 'daily_active_users', { where: ['date=2024-03-09'] }, 'The nearest: date=2024-03-01'],
    ['a mistyped key', 'ltv_per_user', { where: ['user_id=U1'] }, 'Did you mean u1?'],
    ['a column that is none', 'daily_active_users', { where: ['date=2024-03-01'], column: 'daus' }, 'Did you mean dau?'],
    ['a table that is none', 'daily_active_user', { where: [] }, 'Did you mean daily_active_users?'],
    ['a table without records', 'bronze.batches', { where: [] }, 'are not explained'],
  ]; // prettier-ignore
  let small: TestLake;
  beforeAll(async () => (small = await lakeOf([log('events.ndjson', purchase)])));
  it.each(wrong)('refuses %s', async (_, table, options, message) => {
    await expect(ask(small, table, { where: [], ...options })).rejects.toThrow(message);
  });
});

describe('why changed', () => {
  it('names the purchase that arrived late as what moved its refund to another day', async () => {
    const lake = await lakeOf([log('events.ndjson', refund)], [log('events-2.ndjson', purchase)]);
    const why = (day: string): ReturnType<typeof whyChanged> =>
      whyChanged(saasParts(lake), 'daily_revenue_net', {
        where: [`date=${day}`],
        since: '1',
        column: 'refunds',
      });
    const [left, came] = [await why('2024-02-28'), await why('2024-03-01')];
    expect(left.columns).toMatchObject([
      { before: '4.0000', after: '0.0000', change: '-4.0000', changed: 1 },
    ]);
    expect(came.columns).toMatchObject([{ before: null, after: '4.0000', change: '4.0000', changed: 1 }]);
    for (const { columns, batches } of [left, came]) {
      expect(columns[0]?.sample?.[0]?.isNews).toBe(true);
      expect(columns[0]?.sample?.[0]?.records.map(place)).toEqual(['events-2.ndjson:1 winner']);
      expect(Object.values(batches).map(({ file }) => file)).toEqual(['events-2.ndjson']);
      expect(columns[0]?.broughtBy).toEqual({
        traced: 1,
        withoutNews: 0,
        batches: { [Object.keys(batches)[0] ?? '']: 1 },
      });
    }
  });

  it('says so when nothing did', async () => {
    const lake = await lakeOf([log('events.ndjson', purchase)], [log('events-2.ndjson', signup)]);
    const options = { where: ['date=2024-03-01'], since: '1' };
    const report = await whyChanged(saasParts(lake), 'gold.daily_revenue_gross', options);
    expect(report.columns).toEqual([]);
    expect(report.newBatches).toHaveLength(1);
  });
});
