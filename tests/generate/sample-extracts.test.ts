// The committed extracts hold every trap of real billing systems and spreadsheets.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { groupBy, textOf } from './log-reader.js';

const DATA = join(import.meta.dirname, '../../data');

type Row = Readonly<Record<string, unknown>>;

describe('every trap of the extracts is in the sample', () => {
  const subscriptions = JSON.parse(
    readFileSync(join(DATA, 'subscriptions.json'), 'utf8'),
  ) as readonly unknown[];
  const elements = subscriptions.filter((each): each is Row => typeof each === 'object');
  const spend = readFileSync(join(DATA, 'marketing_spend.csv'), 'utf8').split('\n').slice(1);
  const isFine = (row: Row): boolean => typeof row['price'] === 'number' && row['subscription_id'] !== '';
  const byUser = groupBy(elements.filter(isFine), (row) => row['user_id']);
  const pairs = [...byUser.values()].flatMap((rows) =>
    rows.flatMap((a) =>
      rows
        .filter((b) => b !== a && a['subscription_id'] !== b['subscription_id'])
        .map((b) => [a, b] as const),
    ),
  );
  const elementsWith = (suits: (row: Row) => boolean): number => elements.filter(suits).length;
  const day = (row: Row, field: string): string => textOf(row, field) ?? '9999';
  const spendRows = (pattern: RegExp): number => spend.filter((row) => pattern.test(row)).length;

  const sameKey = (differing: string): number =>
    [...groupBy(elements, (row) => row['subscription_id']).values()].filter(
      (rows) => new Set(rows.map((row) => row[differing])).size > 1,
    ).length;

  const holes = ['google', 'facebook', 'linkedin', 'referral', 'partner network'].flatMap((channel) => {
    const days = new Set(
      spend
        .filter(
          (row) =>
            row.toLowerCase().replaceAll('"', '').includes(`,${channel}`) ||
            row.toLowerCase().includes(`, ${channel}`),
        )
        .map((row) => row.replaceAll('"', '').slice(0, 10)),
    );
    return days.size < 90 ? [channel] : [];
  });
  const keys = spend.map((row) => row.toLowerCase().replaceAll(' ', '').split(',').slice(0, 2).join());

  const traps: Readonly<Record<string, number>> = {
    'overlapping subscriptions': pairs.filter(
      ([a, b]) => day(a, 'start_date') < day(b, 'start_date') && day(a, 'end_date') > day(b, 'start_date'),
    ).length,
    'reactivation after a gap': pairs.filter(
      ([a, b]) => a['status'] !== 'active' && day(a, 'end_date') < day(b, 'start_date'),
    ).length,
    'one id with two times of creation': sameKey('created_at'),
    'one id with two ends': sameKey('end_date'),
    'equal start and end': elementsWith((row) => row['start_date'] === row['end_date']),
    'a free plan': elementsWith((row) => row['price'] === 0),
    'foreign currencies': elementsWith((row) => row['currency'] === 'JPY'),
    'no currency': elementsWith((row) => !('currency' in row)),
    'cancelled with two l': elementsWith((row) => row['status'] === 'cancelled'),
    'end 9999-12-31': elementsWith((row) => row['end_date'] === '9999-12-31'),
    'a plan in upper case': elementsWith((row) => /[A-Z]/.test(String(row['plan_id']))),
    'an unknown plan': elementsWith((row) => row['plan_id'] === 'enterprise'),
    'an end before the start': elementsWith((row) => day(row, 'end_date') < day(row, 'start_date')),
    'canceled without end': elementsWith((row) => row['status'] === 'canceled' && row['end_date'] === null),
    'a blank end': elementsWith((row) => row['end_date'] === ' '),
    'an unknown status': elementsWith((row) => row['status'] === 'paused'),
    'a price as text': elementsWith((row) => typeof row['price'] === 'string'),
    'a negative price': elementsWith((row) => Number(row['price']) < 0),
    'an element that is no object': subscriptions.length - elements.length,
    'a higher price for the same plan': pairs.filter(
      ([a, b]) =>
        a['plan_id'] === b['plan_id'] &&
        a['currency'] === b['currency'] &&
        Number(a['price']) < Number(b['price']) &&
        Number(a['price']) > 0,
    ).length,
    'holes in the spend': holes.length,
    'equal rows of spend': spend.length - new Set(spend).size,
    'two spends for one day and channel':
      keys.length - new Set(keys).size - (spend.length - new Set(spend).size),
    'a negative spend': spendRows(/,-\d/),
    'channels in title case': spendRows(/,[A-Z][a-z]/),
    'padded channels in upper case': spendRows(/, [A-Z]+/),
    'quoted fields': spendRows(/^"\d/),
    'a quoted comma and quotes': spendRows(/"spring, ""early birds"""/),
    'a line end in quotes': spendRows(/"two$/),
    'CR LF': spendRows(/\r$/),
    'a blank line': spend.slice(0, -1).filter((row) => row === '').length,
    'a row with too few fields': spendRows(/^[^,"]+,[^,]+$/),
    'text after a closing quote': spendRows(/"x,/),
    'a date with slashes': spendRows(/^2024\//),
    'no number': spendRows(/n\/a/),
    'no channel': spendRows(/^[^,]+,,/),
  };

  it.each(Object.entries(traps))('%s', (_trap, count) => {
    expect(count).toBeGreaterThan(0);
  });
});
