// Monthly recurring revenue, day by day and month by month (pipeline §4 and §7).

import type { SubscriptionRecord } from './subscriptions.js';
import { compareBy, daySeries, groupBy, isMonthEnd, largest } from './values.js';

export interface Movements {
  readonly mrr: bigint;
  readonly activeSubscribers: number;
  readonly new: bigint;
  readonly reactivation: bigint;
  readonly expansion: bigint;
  readonly contraction: bigint;
  readonly churned: bigint;
}

export type MrrDay = Movements & { readonly date: string };
export type MrrMonth = Movements & { readonly month: string; readonly isComplete: boolean };

const byPrecedence = compareBy<SubscriptionRecord>(
  (row) => row.startDate,
  (row) => row.createdAt,
  (row) => row.priceUsd,
  (row) => row.subscriptionId,
);

/** What a user pays per month on a day; 0 for nothing. */
export function priceOn(day: string, subscriptions: readonly SubscriptionRecord[]): bigint {
  const active = subscriptions.filter(
    ({ startDate, endDate }) => startDate <= day && (endDate === null || day < endDate),
  );
  return active.length === 0 ? 0n : largest(active, byPrecedence).priceUsd;
}

type Movement = Exclude<keyof Movements, 'mrr' | 'activeSubscribers'>;

function movementOf(before: bigint, now: bigint, hadPrice: boolean): Movement | undefined {
  if (before === now) return undefined;
  if (before === 0n) return hadPrice ? 'reactivation' : 'new';
  if (now === 0n) return 'churned';
  return now > before ? 'expansion' : 'contraction';
}

const nothing: Movements = {
  mrr: 0n,
  activeSubscribers: 0,
  new: 0n,
  reactivation: 0n,
  expansion: 0n,
  contraction: 0n,
  churned: 0n,
};

const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((total, amount) => total + amount, 0n);

/** Each day's effect of one user, in the order of the days. */
function movementsOfUser(
  days: readonly string[],
  subscriptions: readonly SubscriptionRecord[],
): readonly Movements[] {
  let before = 0n;
  let hadPrice = false;
  return days.map((day) => {
    const now = priceOn(day, subscriptions);
    const movement = movementOf(before, now, hadPrice);
    const change = now > before ? now - before : before - now;
    before = now;
    hadPrice ||= now > 0n;
    const state = { ...nothing, mrr: now, activeSubscribers: now > 0n ? 1 : 0 };
    return movement === undefined ? state : { ...state, [movement]: change };
  });
}

function total(rows: readonly Movements[]): Movements {
  return {
    mrr: sum(rows.map((row) => row.mrr)),
    activeSubscribers: rows.reduce((count, row) => count + row.activeSubscribers, 0),
    new: sum(rows.map((row) => row.new)),
    reactivation: sum(rows.map((row) => row.reactivation)),
    expansion: sum(rows.map((row) => row.expansion)),
    contraction: sum(rows.map((row) => row.contraction)),
    churned: sum(rows.map((row) => row.churned)),
  };
}

/** `lastEventDay` is undefined when there are no events. */
export function mrrDaily(
  subscriptions: readonly SubscriptionRecord[],
  lastEventDay: string | undefined,
): readonly MrrDay[] {
  const starts = subscriptions.map(({ startDate }) => startDate).sort();
  const [first, last] = [starts[0], lastEventDay ?? starts.at(-1)];
  if (first === undefined || last === undefined) return [];
  const days = daySeries(first, last);
  const users = [...groupBy(subscriptions, ({ userId }) => userId).values()].map((own) =>
    movementsOfUser(days, own),
  );
  return days.map((date, index) => ({ date, ...total(users.map((ofUser) => ofUser[index] ?? nothing)) }));
}

export function mrrMonthly(daily: readonly MrrDay[]): readonly MrrMonth[] {
  return [...groupBy(daily, ({ date }) => `${date.slice(0, 7)}-01`)].map(([month, days]) => {
    const last = days.at(-1);
    return {
      month,
      ...total(days),
      mrr: last?.mrr ?? 0n,
      activeSubscribers: last?.activeSubscribers ?? 0,
      isComplete: last !== undefined && isMonthEnd(last.date),
    };
  });
}
