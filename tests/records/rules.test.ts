import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Contract } from '../../src/records/contract.js';
import { compareVariants, sameRecord } from '../../src/records/winner-order.js';
import { recordReader } from '../../src/records/record-reader.js';
import type { Value } from '../../src/records/values/field-reader.js';
import { parseRawJson, type RawObject, type RawValue } from '../../src/records/values/raw-value.js';
import {
  events,
  eventsContract,
  marketingSpend,
  subscriptions,
  defaultSettings,
} from '../pipelines/built-in-saas.js';

const judgeEvent = recordReader(events);
const judgeSubscription = recordReader(subscriptions);
const judgeSpend = recordReader(marketingSpend);

/** Accepted values by column, or the reason. */
function outcome(contract: Contract, result: ReturnType<typeof judgeEvent>): unknown {
  if (!result.ok) return result.reason;
  return Object.fromEntries(contract.columns.map(({ name }, i) => [name, result.values[i]]));
}

const login = {
  event_id: 'e',
  user_id: 'u',
  event_type: 'login',
  timestamp: '2024-03-05T10:00:00Z',
  schema_version: 1,
};
const purchase = { ...login, event_type: 'purchase', schema_version: 2, amount: 2.5, currency: 'JPY' };
const event = (record: RawValue): unknown => outcome(events, judgeEvent(record));

describe('an event', () => {
  it('becomes the accepted record', () => {
    const record = {
      ...purchase,
      event_id: ' e ',
      event_type: 'REFUND',
      amount: -2.5,
      tax: 1,
      refers_to_event_id: ' p ',
    };
    expect(event({ ...record, acquisition_channel: 'ads', note: [1] })).toEqual({
      event_id: 'e',
      user_id: 'u',
      event_type: 'refund',
      event_ts: Date.UTC(2024, 2, 5, 10) * 1000,
      event_date: 19_787,
      schema_version: 2,
      amount: 25_000n,
      currency: 'JPY',
      amount_usd: 168n,
      tax: 10_000n,
      refers_to_event_id: 'p',
      acquisition_channel: null,
    });
  });

  it('has amount, currency and tax only where money moves', () => {
    const { amount, currency, tax, amount_usd } = event({
      ...purchase,
      event_type: 'login',
      tax: 1,
    }) as Record<string, unknown>;
    expect([amount, currency, tax, amount_usd]).toEqual([null, null, null, null]);
  });

  it('of version 1 is in USD and without tax, whatever it says', () => {
    for (const currency of ['EUR', 'garbage', 5, undefined]) {
      const found = event({ ...purchase, schema_version: 1, currency, tax: 1 });
      expect(found).toMatchObject({ currency: 'USD', tax: null, amount_usd: 25_000n });
    }
  });

  it('of version 2 has its currency, USD where none is given', () => {
    for (const currency of [undefined, null, '', ' \t'])
      expect(event({ ...purchase, currency })).toMatchObject({ currency: 'USD' });
    expect(event({ ...purchase, currency: ' eur ' })).toMatchObject({ currency: 'EUR', amount_usd: 27_000n });
  });

  it('keeps tax only as money of zero or more', () => {
    for (const tax of [-1, -1e-9, '1', 1e12, null])
      expect(event({ ...purchase, tax })).toMatchObject({ tax: null });
    expect(event({ ...purchase, tax: -0 })).toMatchObject({ tax: 0n });
  });

  it('has a channel at signup only, and never the name of the total', () => {
    const channel = (event_type: string, acquisition_channel: RawValue): unknown =>
      (event({ ...login, event_type, acquisition_channel }) as Record<string, unknown>)[
        'acquisition_channel'
      ];
    expect(channel('signup', '  Google \n Ads')).toBe('google ads');
    expect(channel('signup', '(All   Channels)')).toBeNull();
    expect(channel('login', 'google')).toBeNull();
  });

  const refusals: readonly [string, RawValue, string][] = [
    ['null', null, 'invalid_json'],
    ['an array', [login], 'invalid_json'],
    ['text', 'x', 'invalid_json'],
    ['half a surrogate pair anywhere', { acquisition_channel: '\ud800' }, 'invalid_unicode'],
    ['U+0000 in an unused currency', { ...login, currency: 'a\0' }, 'invalid_unicode'],
    ['no id', { ...login, event_id: ' ' }, 'missing_event_id'],
    ['an id before a type', { event_type: 'x' }, 'missing_event_id'],
    ['a type before a timestamp', { ...login, event_type: 'toString', timestamp: 'x' }, 'unknown_event_type'],
    ['a timestamp before a version', { ...login, timestamp: 'x', schema_version: 3 }, 'invalid_timestamp'],
    ['a version as text', { ...login, schema_version: '1' }, 'unsupported_schema_version'],
    [
      'a version before an amount',
      { ...purchase, schema_version: 3, amount: null },
      'unsupported_schema_version',
    ],
    ['a purchase of nothing', { ...purchase, amount: undefined }, 'invalid_amount'],
    ['a negative purchase that rounds to zero', { ...purchase, amount: -1e-5 }, 'negative_amount'],
    ['an amount before a currency', { ...purchase, amount: -1, currency: 'XXX' }, 'negative_amount'],
    ['a currency that is no text', { ...purchase, currency: 5 }, 'unknown_currency'],
    ['a currency named like a method', { ...purchase, currency: 'constructor' }, 'unknown_currency'],
  ];
  it.each(refusals)('is refused: %s', (_, record, reason) => {
    expect(event(record)).toBe(reason);
  });

  it('may have keys that objects are born with', () => {
    const record = parseRawJson(
      `{"__proto__": {"event_id": "stolen"}, "constructor": 1, "toString": 2, ${JSON.stringify(login).slice(1)}`,
    );
    expect(judgeEvent(record)).toMatchObject({
      ok: true,
      unknownFields: [
        { field: '__proto__', value: { event_id: 'stolen' } },
        { field: 'constructor', value: 1 },
        { field: 'toString', value: 2 },
      ],
    });
    expect(event(parseRawJson('{"__proto__": {"event_id": "stolen"}}'))).toBe('missing_event_id');
  });

  const paid = { ...login, event_type: 'purchase', amount: 1, schema_version: 2 };
  const lost: readonly [string, RawObject, readonly string[]][] = [
    ['a number in a text', { ...login, user_id: 5 }, ['user_id']],
    ['an object, an array and a truth value', { ...login, event_type: 'signup', user_id: {}, acquisition_channel: [] }, ['user_id', 'acquisition_channel']],
    ['a text in a number', { ...paid, tax: '3.80' }, ['tax']],
    ['a number beyond what is taken', { ...paid, tax: -1 }, ['tax']],
    ['nothing', { ...paid, user_id: ' \t', tax: null }, []],
    ['a word for nothing', { ...login, event_type: 'signup', acquisition_channel: ' (all  CHANNELS)' }, []],
    ['what does not count in this type', { ...login, acquisition_channel: 7, tax: 'x' }, []],
    ['what does not count in this version', { ...paid, schema_version: 1, tax: 'x' }, []],
  ]; // prettier-ignore
  it.each(lost)('tell of values that became null: %s', (_, record, nulledFields) => {
    const found = nulledFields.map((field) => ({ field, value: record[field] }));
    expect(judgeEvent(record)).toMatchObject({ ok: true, nulledFields: found });
  });

  it('counts what no version knows', () => {
    expect(judgeEvent({ ...login, tax: 1, extra: 1, Extra: null })).toMatchObject({
      unknownFields: [
        { field: 'extra', value: 1 },
        { field: 'Extra', value: null },
      ],
    });
  });

  it('lies within the days of the settings, both ends included', () => {
    const eventDates = { from: '2024-03-05', to: '2024-03-06' };
    const judge = recordReader(eventsContract({ ...defaultSettings, eventDates }));
    const at = (timestamp: string): boolean => judge({ ...login, timestamp }).ok;
    expect(at('2024-03-05T00:00:00Z')).toBe(true);
    expect(at('2024-03-06T23:59:59.999999Z')).toBe(true);
    expect(at('2024-03-04T23:59:59.999999Z')).toBe(false);
    expect(at('2024-03-07T00:00:00Z')).toBe(false);
  });

  it('is converted at the rates of the settings', () => {
    const judge = recordReader(eventsContract({ ...defaultSettings, rates: { USD: 1, XAU: 99.5 } }));
    expect(outcome(events, judge({ ...purchase, currency: 'xau' }))).toMatchObject({
      amount_usd: 2_487_500n,
    });
    expect(outcome(events, judge(purchase))).toBe('unknown_currency');
  });
});

describe('a subscription', () => {
  const record = {
    subscription_id: 's',
    user_id: 'u',
    plan_id: 'Pro',
    price: 20,
    currency: 'gbp',
    start_date: '2024-02-05',
    end_date: '2024-02-06',
    status: 'Cancelled',
    created_at: 'soon',
  };
  const judged = (changes: object): unknown =>
    outcome(subscriptions, judgeSubscription({ ...record, ...changes }));

  it('becomes the accepted record', () => {
    expect(judged({})).toEqual({
      subscription_id: 's',
      user_id: 'u',
      plan_id: 'pro',
      price: 200_000n,
      currency: 'GBP',
      price_usd: 254_000n,
      start_date: 19_758,
      end_date: 19_759,
      status: 'canceled',
      created_at: null,
    });
  });

  it('ends never without an end date, with null or at the end of 9999', () => {
    for (const end_date of [undefined, null, ' 9999-12-31 '])
      expect(judged({ end_date, status: 'active' })).toMatchObject({ end_date: null });
  });

  const refusals: readonly [object, string][] = [
    [{ created_at: '\0' }, 'invalid_unicode'],
    [{ user_id: ' ' }, 'missing_user_id'],
    [{ plan_id: 'gold' }, 'unknown_plan'],
    [{ price: -0.00001 }, 'invalid_price'],
    [{ price: '1' }, 'invalid_price'],
    [{ currency: 'XXX' }, 'unknown_currency'],
    [{ start_date: '9999-12-31' }, 'invalid_start_date'],
    [{ start_date: null }, 'invalid_start_date'],
    [{ end_date: ' ' }, 'invalid_end_date'],
    [{ end_date: 5 }, 'invalid_end_date'],
    [{ end_date: '2100-01-01' }, 'invalid_end_date'],
    [{ end_date: '2024-02-04', status: 'x' }, 'end_before_start'],
    [{ status: 'paused' }, 'invalid_status'],
    [{ end_date: '9999-12-31' }, 'canceled_without_end_date'],
    [{ end_date: null }, 'canceled_without_end_date'],
  ];
  it.each(refusals)('%j is refused: %s', (changes, reason) => {
    expect(judged(changes)).toBe(reason);
  });

  it('may start and end on one day', () => {
    expect(judged({ end_date: '2024-02-05' })).toMatchObject({ start_date: 19_758, end_date: 19_758 });
  });
});

describe('a day’s spend', () => {
  const judged = (date: string, channel: string, spend: string): unknown =>
    outcome(marketingSpend, judgeSpend({ date, channel, spend }));
  it('is accepted or refused in order', () => {
    expect(judged(' 2024-01-01 ', ' A\tb ', ' +1.5 ')).toEqual({
      date: 19_723,
      channel: 'a b',
      spend: 15_000n,
    });
    expect(judged('2024-01-01', 'a', '-0')).toMatchObject({ spend: 0n });
    expect(judged('\0', 'a', '1')).toBe('invalid_unicode');
    expect(judged('x', '', 'x')).toBe('invalid_date');
    expect(judged('2024-01-01', '', 'x')).toBe('missing_channel');
    expect(judged('2024-01-01', 'a', '-1000000000000')).toBe('invalid_spend');
    expect(judged('2024-01-01', 'a', '-0.00001')).toBe('negative_spend');
  });
});

describe('the winner order', () => {
  const compare = compareVariants(events);
  const optional = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
    fc.option(value, { nil: undefined });
  const variant = fc
    .record({
      event_id: fc.constant('e'),
      user_id: optional(fc.constantFrom('u', '～', '\u{1F600}')),
      event_type: fc.constantFrom('purchase', 'refund', 'signup', 'login'),
      timestamp: fc.constantFrom('2024-03-05', '2024-03-06').map((date) => `${date}T00:00:00Z`),
      schema_version: fc.constantFrom(1, 2),
      amount: fc.constantFrom(0, 1, 10, 9),
      currency: optional(fc.constantFrom('EUR', 'JPY')),
      tax: optional(fc.constantFrom(0, 1)),
      refers_to_event_id: optional(fc.constantFrom('p', 'q')),
      acquisition_channel: optional(fc.constantFrom('a', 'b')),
    })
    .map((record) => {
      const result = judgeEvent(record);
      if (!result.ok) throw new Error(result.reason);
      return result.values;
    });

  it('is total: antisymmetric, transitive, and equal for equal records only', () => {
    fc.assert(
      fc.property(variant, variant, variant, (a, b, c) => {
        expect(Math.sign(compare(a, b))).toBe(0 - Math.sign(compare(b, a)));
        if (compare(a, b) <= 0 && compare(b, c) <= 0) expect(compare(a, c)).toBeLessThanOrEqual(0);
        expect(compare(a, b) === 0).toBe(sameRecord(a, b));
      }),
      { numRuns: 2000 },
    );
  });

  it('goes place by place, null last', () => {
    const column = (name: string): number => events.columns.findIndex((candidate) => candidate.name === name);
    const base = judgeEvent(purchase);
    if (!base.ok) throw new Error(base.reason);
    const withValues = (changes: Readonly<Record<string, Value>>): readonly Value[] =>
      base.values.map(
        (value, i) => changes[events.columns[i]!.name] ?? (events.columns[i]!.name in changes ? null : value),
      );
    expect(column('user_id')).toBe(1);
    const wins = (larger: Readonly<Record<string, Value>>, smaller: Readonly<Record<string, Value>>): void =>
      expect(compare(withValues(larger), withValues(smaller))).toBeGreaterThan(0);
    wins({ schema_version: 2, event_ts: 1 }, { schema_version: 1, event_ts: 2 });
    wins({ event_ts: 2, user_id: null }, { event_ts: 1 });
    wins({ user_id: 'a', amount: 1n }, { user_id: null, amount: 2n });
    wins({ amount: 2n, currency: 'A' }, { amount: 1n, currency: 'B' });
    wins({ currency: 'B', tax: null }, { currency: 'A', tax: 1n });
    wins({ tax: 0n, refers_to_event_id: null }, { tax: null, refers_to_event_id: 'p' });
    wins({ refers_to_event_id: '\u{1F600}', event_type: 'a' }, { refers_to_event_id: '～', event_type: 'b' });
    wins({ acquisition_channel: 'b', event_type: 'a' }, { acquisition_channel: 'a', event_type: 'b' });
    wins({ event_type: 'b', user_id: 'a' }, { event_type: 'a', user_id: 'b' });
    wins({ user_id: 'b' }, { user_id: 'a' });
  });
});

describe('the events of the golden cases', () => {
  const golden = (path: string): Buffer => readFileSync(new URL(`../golden/${path}`, import.meta.url));
  const cases = ['04-timestamps', '05-rejects', '06-money', '11-unicode', '15-winner-order'];

  it.each(cases)('%s', (name) => {
    const lines = golden(`${name}/batch-1/events.ndjson`).toString('latin1').split('\n');
    const counts: Record<string, number> = {};
    for (const line of lines.filter((text) => text.trim() !== '')) {
      const reason = reasonOf(Buffer.from(line, 'latin1'));
      counts[reason] = (counts[reason] ?? 0) + 1;
    }
    const expected = JSON.parse(golden(`${name}/expected.json`).toString()) as {
      counts: { events: Record<string, number> };
    };
    const { read, ...outcomes } = expected.counts.events;
    expect(counts).toEqual(outcomes);
    expect(Object.values(counts).reduce((sum, count) => sum + count)).toBe(read);
  });

  /** A line's own faults come before those of its record. */
  function reasonOf(line: Buffer): string {
    const text = line.toString();
    if (!Buffer.from(text).equals(line)) return 'invalid_utf8';
    const record = parsed(text);
    if (record === undefined || depthOf(record) > 64) return 'invalid_json';
    const result = judgeEvent(record);
    return result.ok ? 'accepted' : result.reason;
  }

  const depthOf = (value: RawValue): number =>
    typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0;

  function parsed(text: string): RawValue {
    try {
      return parseRawJson(text);
    } catch {
      return undefined;
    }
  }
});
