// How the business grows, straight from the sentences of the models: the funnel, churn, cost of customers, retention by
// channel. Prices are asked for at the ends of months, day by day there are none.

import { priceOn, type MrrMonth } from './mrr.js';
import type { Silver, User } from './silver.js';
import { addDays, asDouble, compareBy, groupBy, mondayOf, ratio } from './values.js';

export interface FunnelMonth {
  readonly month: string;
  readonly signups: number;
  readonly trials: number;
  readonly paidTrials: number;
  readonly paid: number;
}

export interface ChurnMonth {
  readonly month: string;
  readonly openingSubscribers: number;
  readonly gainedSubscribers: number;
  readonly lostSubscribers: number;
  readonly opening: bigint;
  readonly gained: bigint;
  readonly raised: bigint;
  readonly lowered: bigint;
  readonly lost: bigint;
  readonly arpu: number | null;
  readonly isComplete: boolean;
}

export interface AcquisitionMonth {
  readonly month: string;
  readonly spend: bigint;
  readonly conversions: number;
  readonly cac: number | null;
  readonly arpu: number | null;
  readonly payback: number | null;
}

export interface ChannelWeek {
  readonly channel: string;
  readonly weekNumber: number;
  readonly users: number;
  readonly retained: number;
}

export interface Growth {
  readonly funnel: readonly FunnelMonth[];
  readonly churn: readonly ChurnMonth[];
  readonly acquisition: readonly AcquisitionMonth[];
  readonly channelRetention: readonly ChannelWeek[];
}

const monthOf = (date: string): string => `${date.slice(0, 7)}-01`;
const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((total, amount) => total + amount, 0n);

function funnel({ users, events }: Silver): readonly FunnelMonth[] {
  const tried = new Set(
    events
      .filter(({ eventType }) => eventType === 'trial_start' || eventType === 'trial_convert')
      .map(({ userId }) => userId),
  );
  const signedUp = users.flatMap((user) =>
    user.signupDate === null ? [] : [{ ...user, month: monthOf(user.signupDate) }],
  );
  const isTrier = ({ userId }: User): boolean => tried.has(userId);
  const hasPaid = ({ firstPaidDate }: User): boolean => firstPaidDate !== null;
  return [...groupBy(signedUp, ({ month }) => month)]
    .sort(compareBy(([month]) => month))
    .map(([month, all]) => ({
      month,
      signups: all.length,
      trials: all.filter(isTrier).length,
      paidTrials: all.filter((user) => isTrier(user) && hasPaid(user)).length,
      paid: all.filter(hasPaid).length,
    }));
}

/** What each user of `subscriptions` pays on the last day of a month's series and on the day before the month. */
function churnOf(
  { subscriptions }: Silver,
  months: readonly MrrMonth[],
  lastDay: string,
): readonly ChurnMonth[] {
  const owned = [...groupBy(subscriptions, ({ userId }) => userId).values()];
  return months.map(({ month, mrr, activeSubscribers, isComplete }, index) => {
    const next = months[index + 1]?.month;
    const end = next === undefined ? lastDay : addDays(next, -1);
    const prices = owned.map((own) => ({ before: priceOn(addDays(month, -1), own), now: priceOn(end, own) }));
    const changes = (wanted: (price: (typeof prices)[number]) => boolean) => prices.filter(wanted);
    const gained = changes(({ before, now }) => before === 0n && now > 0n);
    const lost = changes(({ before, now }) => before > 0n && now === 0n);
    const opening = changes(({ before }) => before > 0n);
    return {
      month,
      openingSubscribers: opening.length,
      gainedSubscribers: gained.length,
      lostSubscribers: lost.length,
      opening: sum(opening.map(({ before }) => before)),
      gained: sum(gained.map(({ now }) => now)),
      raised: sum(opening.map(({ before, now }) => (now > before ? now - before : 0n))),
      lowered: sum(opening.map(({ before, now }) => (now > 0n && now < before ? before - now : 0n))),
      lost: sum(lost.map(({ before }) => before)),
      arpu: ratio(asDouble(mrr), activeSubscribers),
      isComplete,
    };
  });
}

function acquisitionOf(
  { users, spend }: Silver,
  churn: readonly ChurnMonth[],
  lastEventDay: string | undefined,
): readonly AcquisitionMonth[] {
  const counted = spend.filter(({ date }) => lastEventDay === undefined || date <= lastEventDay);
  const bySpend = groupBy(counted, ({ date }) => monthOf(date));
  const paid = users.flatMap(({ firstPaidDate }) => firstPaidDate ?? []);
  const byPaid = groupBy(paid, monthOf);
  return [...new Set([...bySpend.keys(), ...byPaid.keys()])].sort().map((month) => {
    const total = sum((bySpend.get(month) ?? []).map((row) => row.spend));
    const conversions = byPaid.get(month)?.length ?? 0;
    const cac = ratio(asDouble(total), conversions);
    const arpu = churn.find((row) => row.month === month)?.arpu ?? null;
    return { month, spend: total, conversions, cac, arpu, payback: cac === null ? null : ratio(cac, arpu) };
  });
}

function channelRetention({ users, userDays }: Silver, lastDay: string): readonly ChannelWeek[] {
  const activeWeeks = new Set(userDays.map(({ userId, date }) => `${mondayOf(date)} ${userId}`));
  const cohorts = users.flatMap((user) =>
    user.cohortWeek === null ? [] : [{ ...user, since: user.cohortWeek }],
  );
  return [...groupBy(cohorts, ({ channel }) => channel)]
    .sort(compareBy(([channel]) => channel))
    .flatMap(([channel, members]) => {
      const weeks: ChannelWeek[] = [];
      for (let weekNumber = 0; ; weekNumber++) {
        const mondayFor = (since: string): string => addDays(since, 7 * weekNumber);
        const reached = members.filter(({ since }) => addDays(mondayFor(since), 6) <= lastDay);
        if (reached.length === 0) return weeks;
        const retained = reached.filter(({ since, userId }) =>
          activeWeeks.has(`${mondayFor(since)} ${userId}`),
        );
        weeks.push({ channel, weekNumber, users: reached.length, retained: retained.length });
      }
    });
}

/** `lastEventDay` is undefined when there are no events, `lastMrrDay` when there are no subscriptions. */
export function growthOf(
  silver: Silver,
  months: readonly MrrMonth[],
  {
    lastEventDay,
    lastMrrDay,
  }: { readonly lastEventDay: string | undefined; readonly lastMrrDay: string | undefined },
): Growth {
  const churn = lastMrrDay === undefined ? [] : churnOf(silver, months, lastMrrDay);
  return {
    funnel: funnel(silver),
    churn,
    acquisition: acquisitionOf(silver, churn, lastEventDay),
    channelRetention: lastEventDay === undefined ? [] : channelRetention(silver, lastEventDay),
  };
}
