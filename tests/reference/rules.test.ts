// Rules of which the golden cases would not notice the loss: each place of the winner orders, limits, week ends.

import { describe, expect, it } from 'vitest';
import { reference } from './reference.js';
import type { Cell, Rows } from './reference.js';

type Fields = Readonly<Record<string, unknown>>;

const bytesOf = (lines: readonly unknown[]): Uint8Array =>
  Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));

function tableOf(table: string, name: string, bytes: Uint8Array): Rows {
  return reference([[{ name, bytes }]]).tables[table] ?? [];
}

const login: Fields = {
  event_id: 'e',
  user_id: 'u',
  event_type: 'login',
  timestamp: '2024-01-01T00:00:00Z',
  schema_version: 2,
};
const purchase: Fields = { ...login, event_type: 'purchase', amount: 5 };

/** The winner first; it differs in one place, and the next one points the other way. */
const eventPairs: readonly (readonly [place: string, winner: Fields, loser: Fields])[] = [
  ['schema_version', login, { ...login, schema_version: 1, timestamp: '2024-01-02T00:00:00Z' }],
  ['event_ts', { ...purchase, timestamp: '2024-01-02T00:00:00Z', user_id: null }, purchase],
  ['has a user_id', { ...purchase, amount: 1 }, { ...purchase, user_id: null }],
  ['amount', { ...purchase, amount: 6, currency: 'EUR' }, { ...purchase, currency: 'USD' }],
  ['currency', { ...purchase, currency: 'USD' }, { ...purchase, currency: 'EUR', tax: 1 }],
  ['tax', { ...purchase, tax: 2, user_id: 'a' }, { ...purchase, tax: 1, user_id: 'b' }],
  ['any tax', { ...purchase, tax: 0, user_id: 'a' }, { ...purchase, user_id: 'b' }],
  [
    'refers_to_event_id',
    { ...purchase, event_type: 'refund', refers_to_event_id: 'b', user_id: 'a' },
    { ...purchase, event_type: 'refund', refers_to_event_id: 'a', user_id: 'b' },
  ],
  [
    'acquisition_channel',
    { ...login, event_type: 'signup', acquisition_channel: 'b', user_id: 'a' },
    { ...login, event_type: 'trial_start', user_id: 'b' },
  ],
  ['event_type', { ...login, event_type: 'page_view', user_id: 'a' }, { ...login, user_id: 'b' }],
  ['user_id', { ...login, user_id: 'b' }, { ...login, user_id: 'a' }],
];

const subscription: Fields = {
  subscription_id: 's',
  user_id: 'u',
  plan_id: 'pro',
  price: 10,
  start_date: '2024-01-01',
  end_date: '2024-02-01',
  status: 'active',
  created_at: '2024-01-01T00:00:00Z',
};
const subscriptionPairs: readonly (readonly [place: string, winner: Fields, loser: Fields])[] = [
  ['created_at', subscription, { ...subscription, created_at: null, end_date: '2024-03-01' }],
  ['end_date', subscription, { ...subscription, end_date: null, price: 20 }],
  ['price_usd', { ...subscription, price: 11, plan_id: 'basic' }, subscription],
  [
    'plan_id',
    { ...subscription, price: 0, currency: 'EUR' },
    { ...subscription, price: 0, plan_id: 'basic' },
  ],
  ['currency', { ...subscription, price: 0, user_id: 'a' }, { ...subscription, price: 0, currency: 'EUR' }],
  ['user_id', subscription, { ...subscription, user_id: 't', status: 'canceled' }],
  ['status', { ...subscription, status: 'canceled', start_date: '2023-01-01' }, subscription],
  ['start_date', subscription, { ...subscription, start_date: '2023-12-31' }],
  [
    'price',
    { ...subscription, price: 0.002, currency: 'JPY' },
    { ...subscription, price: 0.001, currency: 'JPY' },
  ],
];

/** The same from either end: only content decides. */
function expectWinner(table: string, winner: Uint8Array, both: readonly Uint8Array[], name: string): void {
  const expected = tableOf(table, name, winner);
  expect(expected).toHaveLength(1);
  for (const bytes of both) expect(tableOf(table, name, bytes)).toEqual(expected);
}

describe('of two variants wins the one that is larger in', () => {
  it.each(eventPairs)('%s (events)', (_place, winner, loser) => {
    const both = [bytesOf([winner, loser]), bytesOf([loser, winner])];
    expectWinner('silver.events', bytesOf([winner]), both, 'events.ndjson');
    expect(tableOf('silver.event_conflicts', 'events.ndjson', bytesOf([loser, winner]))).toHaveLength(2);
  });

  it.each(subscriptionPairs)('%s (subscriptions)', (_place, winner, loser) => {
    const [one, ...both] = [[winner], [winner, loser], [loser, winner]].map((rows) =>
      Buffer.from(JSON.stringify(rows)),
    );
    expectWinner('silver.subscriptions', one ?? Buffer.of(), both, 'subscriptions.json');
  });
});

const reasonsOf = (bytes: Uint8Array): readonly (Cell | undefined)[] =>
  tableOf('silver.quarantine', 'events.ndjson', bytes).map((row) => row[4]);

describe('limits', () => {
  it.each([
    [64, []],
    [65, ['invalid_json']],
  ])('a record nested %i deep', (depth, reasons) => {
    const inner = '['.repeat(depth - 1) + ']'.repeat(depth - 1);
    const line = JSON.stringify(login).replace('{', `{"x":${inner},`);
    expect(reasonsOf(Buffer.from(line))).toEqual(reasons);
  });

  it.each([
    [1_048_576, []],
    [1_048_577, ['line_too_long']],
  ])('a line of %i bytes without its end', (length, reasons) => {
    expect(reasonsOf(Buffer.from(`${JSON.stringify(login).padEnd(length)}\r\n`))).toEqual(reasons);
  });

  it('a blank line may have any length', () => {
    expect(reasonsOf(Buffer.from(`${' '.repeat(1_100_000)}\n`))).toEqual([]);
  });
});

it('a cohort week is complete when its Sunday is not after the last day', () => {
  const signup = { ...login, event_type: 'signup' };
  const completeUntil = (day: string): Cell | undefined => {
    const last = { ...login, event_id: 'last', timestamp: `${day}T00:00:00Z` };
    return tableOf('gold.weekly_cohort_retention', 'events.ndjson', bytesOf([signup, last]))[0]?.[5];
  };
  expect([completeUntil('2024-01-06'), completeUntil('2024-01-07')]).toEqual([false, true]);
});
