// What the tables of the two logs must hold.

import type { Pipeline } from '../../../src/pipeline/define/pipeline.js';
import { allRecords, groups, maxOf, sumOf, type RowTruth, type TrueRow } from './truth.js';
import type { Runs } from './under-law.js';

const text = (value: unknown): string => String(value);

/** The rows of every table, worked out from the accepted records. */
export function twoLogsTruth(runs: Runs, pipeline: Pipeline): RowTruth {
  const records = allRecords(runs, pipeline);
  const [orders = [], visits = []] = [records['silver.orders'], records['silver.visits']];
  const orderDays = orders.map((row) => text(row['placed_on'])).sort();
  const visitDays = visits.map((row) => text(row['seen_on']));
  const firsts = groups(visits, ['visitor']).map((own) => ({
    visitor: own[0]!['visitor'],
    first_on: own.map((row) => text(row['seen_on'])).sort()[0],
  }));
  const countOn = (all: readonly string[], day: string): number => all.filter((each) => each === day).length;
  return {
    ...records,
    'silver.order_facts': orders.map((row) => ({
      shop: row['shop'],
      number: row['number'],
      placed_on: row['placed_on'],
      net: row['kind'] === 'return' ? negated(row['amount']) : row['amount'],
      heavy: row['weight'] === null ? null : Number(row['weight']) > 2,
    })),
    'silver.view_facts': visits.map((row) => ({
      visitor: row['visitor'],
      seen_on: row['seen_on'],
      page: row['page'],
      seconds: row['minutes'] === null ? null : Number(row['minutes']) * 60,
    })),
    'silver.shop_days': groups(orders, ['placed_on', 'shop']).map((own) => ({
      day: own[0]!['placed_on'],
      shop: own[0]!['shop'],
      orders: own.length,
      points: sumOf(own.map((row) => row['points'])),
      heaviest: maxOf(own.map((row) => row['weight'])),
    })),
    'gold.days': [...new Set([...orderDays, ...visitDays])].map((day) => ({
      day,
      orders: countOn(orderDays, day),
      visits: countOn(visitDays, day),
    })),
    'silver.visitors': firsts,
    'gold.newcomers': groups(visits, ['seen_on']).map((own) => ({
      day: own[0]!['seen_on'],
      views: own.length,
      firsts: own.filter(
        (row) => firsts.find(({ visitor }) => visitor === row['visitor'])?.first_on === row['seen_on'],
      ).length,
    })),
    'gold.totals': [
      {
        what: 'orders',
        first_day: orderDays[0] ?? null,
        last_day: orderDays.at(-1) ?? null,
        things: orders.length,
      },
    ],
    'gold.lately': latelyOf(orderDays),
  };
}

const negated = (amount: unknown): unknown =>
  amount === null || Number(amount) === 0 ? amount : `-${text(amount)}`;

/** Orders of each day and of the nineteen before it, on days where there are any. */
function latelyOf(orderDays: readonly string[]): readonly TrueRow[] {
  const at = (day: string, more = 0): string =>
    new Date(Date.parse(`${day}T00:00:00Z`) + more * 86_400_000).toISOString().slice(0, 10);
  const all = new Map<string, number>();
  for (const day of orderDays)
    for (let more = 0; more < 20; more++) all.set(at(day, more), (all.get(at(day, more)) ?? 0) + 1);
  return [...all].map(([day, orders]) => ({ day, orders }));
}
