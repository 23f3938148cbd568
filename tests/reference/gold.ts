// Gold as plain arrays, each table straight from its sentence in pipeline §7.

import { growthOf, type Growth } from './growth.js';
import { mrrDaily, mrrMonthly } from './mrr.js';
import type { MrrDay, MrrMonth } from './mrr.js';
import type { Payment, Silver, User } from './silver.js';
import {
  addDays,
  ALL_CHANNELS,
  asDouble,
  compareBy,
  daySeries,
  daysFrom,
  groupBy,
  mondayOf,
  ratio,
} from './values.js';

export interface ActiveUsers {
  readonly date: string;
  readonly dau: number;
  readonly wau: number;
  readonly mau: number;
  readonly stickiness: number | null;
}

export interface GrossRevenue {
  readonly date: string;
  readonly gross: bigint;
  readonly purchases: number;
  readonly purchasers: number;
}

export interface NetRevenue {
  readonly date: string;
  readonly gross: bigint;
  readonly refunds: bigint;
  readonly refundCount: number;
}

export interface CohortWeek {
  readonly cohortWeek: string;
  readonly weekNumber: number;
  readonly cohortSize: number;
  readonly retained: number;
  readonly rate: number | null;
  readonly isComplete: boolean;
}

export interface UserValue {
  readonly user: User;
  readonly purchases: number;
  readonly gross: bigint;
  readonly refunds: bigint;
}

/** Sums of a channel, or of all of them; ratios come last. */
export interface ChannelValue {
  readonly channel: string;
  readonly spend: bigint;
  readonly customers: number;
  readonly totalLtv: bigint;
  readonly cac: number | null;
  readonly averageLtv: number | null;
  readonly ltvCacRatio: number | null;
}

export interface Gold {
  readonly dailyActiveUsers: readonly ActiveUsers[];
  readonly dailyRevenueGross: readonly GrossRevenue[];
  readonly dailyRevenueNet: readonly NetRevenue[];
  readonly mrrDaily: readonly MrrDay[];
  readonly mrrMonthly: readonly MrrMonth[];
  readonly cohortRetention: readonly CohortWeek[];
  readonly userValues: readonly UserValue[];
  /** Channels in their order, without the total. */
  readonly channels: readonly ChannelValue[];
  /** With the row of all channels, in its place. */
  readonly channelsAndTotal: readonly ChannelValue[];
  readonly growth: Growth;
}

const sumOf = (payments: readonly Payment[]): bigint =>
  payments.reduce((sum, { amountUsd }) => sum + amountUsd, 0n);

function activeUsers(days: readonly string[], { userDays }: Silver): readonly ActiveUsers[] {
  const byDay = groupBy(userDays, ({ date }) => date);
  const distinctUsers = (last: string, length: number): number => {
    const window = Array.from({ length }, (_, back) => byDay.get(addDays(last, -back)) ?? []);
    return new Set(window.flat().map(({ userId }) => userId)).size;
  };
  return days.map((date) => {
    const [dau, wau, mau] = [distinctUsers(date, 1), distinctUsers(date, 7), distinctUsers(date, 28)];
    return { date, dau, wau, mau, stickiness: ratio(dau, mau) };
  });
}

function purchasesByDay({ payments }: Silver): Map<string, Payment[]> {
  return groupBy(
    payments.filter(({ kind }) => kind === 'purchase'),
    ({ eventDate }) => eventDate,
  );
}

function grossRevenue(days: readonly string[], silver: Silver): readonly GrossRevenue[] {
  const byDay = purchasesByDay(silver);
  return days.map((date) => {
    const purchases = byDay.get(date) ?? [];
    const users = purchases.flatMap(({ userId }) => userId ?? []);
    return { date, gross: sumOf(purchases), purchases: purchases.length, purchasers: new Set(users).size };
  });
}

function netRevenue(days: readonly string[], silver: Silver): readonly NetRevenue[] {
  const purchases = purchasesByDay(silver);
  const refunds = groupBy(
    silver.payments.filter(({ kind }) => kind === 'refund'),
    ({ effectiveDate }) => effectiveDate,
  );
  return days.map((date) => {
    const ofDay = refunds.get(date) ?? [];
    return {
      date,
      gross: sumOf(purchases.get(date) ?? []),
      refunds: sumOf(ofDay),
      refundCount: ofDay.length,
    };
  });
}

/** `lastDay` is on or after every signup. */
function cohortRetention({ users, userDays }: Silver, lastDay: string): readonly CohortWeek[] {
  const activeWeeks = new Set(userDays.map(({ userId, date }) => `${mondayOf(date)} ${userId}`));
  const cohorts = groupBy(
    users.filter(({ cohortWeek }) => cohortWeek !== null),
    ({ cohortWeek }) => cohortWeek ?? '',
  );
  return [...cohorts].sort(compareBy(([week]) => week)).flatMap(([cohortWeek, members]) => {
    const weeks = daysFrom(cohortWeek, mondayOf(lastDay)) / 7;
    return Array.from({ length: weeks + 1 }, (_, weekNumber) => {
      const monday = addDays(cohortWeek, 7 * weekNumber);
      const retained = members.filter(({ userId }) => activeWeeks.has(`${monday} ${userId}`)).length;
      const isComplete = addDays(monday, 6) <= lastDay;
      const rate = ratio(retained, members.length);
      return { cohortWeek, weekNumber, cohortSize: members.length, retained, rate, isComplete };
    });
  });
}

function userValues({ users, payments }: Silver): readonly UserValue[] {
  const byUser = groupBy(payments, ({ userId }) => userId);
  return users.map((user) => {
    const own = byUser.get(user.userId) ?? [];
    const purchases = own.filter(({ kind }) => kind === 'purchase');
    const refunds = own.filter(({ kind }) => kind === 'refund');
    return { user, purchases: purchases.length, gross: sumOf(purchases), refunds: sumOf(refunds) };
  });
}

function channelValue(channel: string, spend: bigint, customers: readonly UserValue[]): ChannelValue {
  const totalLtv = customers.reduce((sum, { gross, refunds }) => sum + gross - refunds, 0n);
  const cac = ratio(asDouble(spend), customers.length);
  const averageLtv = ratio(asDouble(totalLtv), customers.length);
  const ltvCacRatio = averageLtv === null ? null : ratio(averageLtv, cac);
  return { channel, spend, customers: customers.length, totalLtv, cac, averageLtv, ltvCacRatio };
}

type Channels = Pick<Gold, 'channels' | 'channelsAndTotal'>;

function channelValues(
  { spend }: Silver,
  values: readonly UserValue[],
  lastDay: string | undefined,
): Channels {
  const counted = spend.filter(({ date }) => lastDay === undefined || date <= lastDay);
  const converted = values.filter(({ user }) => user.firstPaidDate !== null);
  const sumSpend = (rows: typeof spend): bigint => rows.reduce((sum, row) => sum + row.spend, 0n);
  const bySpend = groupBy(counted, ({ channel }) => channel);
  const byConversion = groupBy(converted, ({ user }) => user.channel);
  const channels = [...new Set([...bySpend.keys(), ...byConversion.keys()])].map((channel) =>
    channelValue(channel, sumSpend(bySpend.get(channel) ?? []), byConversion.get(channel) ?? []),
  );
  const all = channelValue(ALL_CHANNELS, sumSpend(counted), converted);
  const byName = compareBy<ChannelValue>(({ channel }) => channel);
  return { channels: channels.sort(byName), channelsAndTotal: [...channels, all].sort(byName) };
}

export function goldOf(silver: Silver): Gold {
  const firstDay = silver.events[0]?.eventDate;
  const lastDay = silver.events.at(-1)?.eventDate;
  const days = firstDay === undefined || lastDay === undefined ? [] : daySeries(firstDay, lastDay);
  const daily = mrrDaily(silver.subscriptions, lastDay);
  const monthly = mrrMonthly(daily);
  const values = userValues(silver);
  return {
    dailyActiveUsers: activeUsers(days, silver),
    dailyRevenueGross: grossRevenue(days, silver),
    dailyRevenueNet: netRevenue(days, silver),
    mrrDaily: daily,
    mrrMonthly: monthly,
    cohortRetention: lastDay === undefined ? [] : cohortRetention(silver, lastDay),
    userValues: values,
    ...channelValues(silver, values, lastDay),
    growth: growthOf(silver, monthly, { lastEventDay: lastDay, lastMrrDay: daily.at(-1)?.date }),
  };
}
