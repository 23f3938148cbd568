// One more day on a young lake and on an old one: what is read, written and sent through the engine, as counts that no
// noise moves. What still grows with a lake's age is named here, and nothing else may.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemRuntime } from '../../src/common/system-runtime.js';
import { outlook } from '../../src/lake/read/overview.js';
import { memoryStorage } from '../../src/storage/memory.js';
import { saasParts } from '../lake/saas-lake.js';
import type { Delivery } from '../reference/reference.js';
import { countedStorage, type StorageCounts, type Traffic } from './counted-storage.js';
import { lakeOn, sharedResources } from './lake-under-test.js';

const shared = sharedResources();
const { resources } = shared;
afterAll(() => shared.close());

const EVENTS_A_DAY = 60;
const USERS = 40;
const dayOf = (day: number): string => new Date(Date.UTC(2024, 0, 1 + day)).toISOString().slice(0, 10);
const idOf = (day: number, n: number): string => `evt-${String(day * EVENTS_A_DAY + n).padStart(8, '0')}`;

/** The nth event of a day: one user signs up, others do something, one in ten pays, a few of those get it back. */
function event(day: number, n: number, other: object = {}): string {
  const type = n === 0 ? 'signup' : n % 10 === 3 ? 'purchase' : n % 20 === 4 && day > 0 ? 'refund' : 'login';
  return JSON.stringify({
    event_id: idOf(day, n),
    user_id: n === 0 ? `new-${dayOf(day)}` : `user-${String((day * 7 + n) % USERS).padStart(4, '0')}`,
    event_type: type,
    timestamp: `${dayOf(day)}T10:00:${String(n % 60).padStart(2, '0')}Z`,
    schema_version: 2,
    ...(type === 'purchase' && { amount: 10 + n, currency: 'EUR' }),
    ...(type === 'refund' && { amount: 5, currency: 'EUR', refers_to_event_id: idOf(day - 1, 3) }),
    ...other,
  });
}

const wholeDay = (day: number): readonly string[] =>
  Array.from({ length: EVENTS_A_DAY }, (_, n) => event(day, n));

const log = (name: string, lines: readonly string[]): Delivery => ({
  name,
  bytes: Buffer.from(lines.map((line) => `${line}\n`).join('')),
});

/** The day after `days`: its events, corrections of some that are delivered, and repeats. */
function nextDay(days: number): Delivery {
  const corrected = [1, 30, 60].map((back) => event(days - back, 13, { amount: 99 }));
  return log('events-next.ndjson', [
    ...wholeDay(days),
    ...corrected,
    event(days - 2, 7),
    event(days - 50, 7),
  ]);
}

interface Cost extends StorageCounts {
  /** Calls and reads of what the command line shows after it. */
  readonly outlook: StorageCounts;
}

/** A lake of so many days in two runs, then one more day. */
async function costOfOneMoreDay(days: number): Promise<Cost> {
  const inner = memoryStorage(systemRuntime());
  const all = Array.from({ length: days }, (_, day) => wholeDay(day));
  const lake = lakeOn(inner, resources);
  await lake.ingest([log('events-1.ndjson', all.slice(0, -10).flat())]);
  await lake.ingest([log('events-2.ndjson', all.slice(-10).flat())]);
  const run = countedStorage(inner);
  await lakeOn(run.storage, resources).ingest([nextDay(days)]);
  const after = countedStorage(inner);
  await outlook(saasParts(after));
  return { ...run.counts(), outlook: after.counts() };
}

/** What of a young lake's traffic is more than a tenth larger in the old one. */
function grown(young: StorageCounts['read'], old: StorageCounts['read']): readonly string[] {
  const isMore = (before = 0, now = 0): boolean => now > before * 1.1;
  const larger = (a: Traffic | undefined, b: Traffic | undefined): boolean =>
    isMore(a?.files, b?.files) || isMore(a?.bytes, b?.bytes);
  return Object.keys(old)
    .filter((kind) => larger(young[kind], old[kind]))
    .sort();
}

describe('one more day', () => {
  let young: Cost;
  let old: Cost;
  beforeAll(async () => {
    young = await costOfOneMoreDay(120);
    old = await costOfOneMoreDay(485);
  }, 240_000);

  it('reads of events, their key indexes and what is made of them by days and months as much in an old lake', () => {
    expect(grown(young.read, old.read)).toEqual([
      'metadata',
      'silver.active_users', // gold.daily_active_users is made of all of it
      'silver.channel_weeks', // gold.retention_by_channel
      'silver.cohort_weeks', // gold.weekly_cohort_retention
      'silver.payments', // gold.daily_revenue_*, gold.ltv_per_user
      'silver.user_months', // silver.users
      'silver.users', // as it was, to see which weeks of cohorts changed
    ]);
  });

  it('writes what changed, and the tables that have a row for each day, week or user', () => {
    expect(grown(young.written, old.written)).toEqual([
      'gold.daily_active_users',
      'gold.daily_revenue_gross',
      'gold.daily_revenue_net',
      'gold.ltv_per_user',
      'gold.weekly_cohort_retention',
      'metadata',
      'silver.users',
    ]);
    expect(old.written['silver.events']?.files).toBe(young.written['silver.events']?.files);
  });

  it('ends with figures that cost the same however many snapshots and files there are', () => {
    expect(old.outlook.calls).toBe(young.outlook.calls);
    expect(Object.keys(old.outlook.read).filter((kind) => kind.startsWith('silver.'))).toEqual([]);
  });
});
