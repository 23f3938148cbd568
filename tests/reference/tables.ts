// The reference's tables as rows of JSON values, in the column order of pipeline §6 and §7: money as text with four
// places, dates and timestamps as ISO texts, counts and ratios as numbers.

import type { EventRecord } from './events.js';
import type { ChannelValue, Gold } from './gold.js';
import type { Growth } from './growth.js';
import type { Movements } from './mrr.js';
import type { Silver } from './silver.js';
import { asDouble, moneyText, ratio } from './values.js';

export type Cell = string | number | boolean | null;
export type Rows = readonly (readonly Cell[])[];

const money = (amount: bigint | null): string | null => (amount === null ? null : moneyText(amount));

const eventCells = (event: EventRecord): readonly Cell[] => [
  event.eventId,
  event.userId,
  event.eventType,
  event.eventTs,
  event.eventDate,
  event.schemaVersion,
  money(event.amount),
  event.currency,
  money(event.amountUsd),
  money(event.tax),
  event.refersTo,
  event.channel,
];

export function silverTables(silver: Silver): Readonly<Record<string, Rows>> {
  return {
    'silver.events': silver.events.map(eventCells),
    'silver.event_conflicts': silver.conflicts.map((event) => [...eventCells(event), event.isWinner]),
    'silver.payments': silver.payments.map((row) => [
      row.eventId,
      row.kind,
      row.userId,
      row.eventDate,
      row.effectiveDate,
      money(row.amountUsd),
      row.purchaseEventId,
      row.linkStatus,
    ]),
    'silver.user_days': silver.userDays.map((row) => [row.date, row.userId, row.events]),
    'silver.users': silver.users.map((user) => [
      user.userId,
      user.signupAt,
      user.signupDate,
      user.cohortWeek,
      user.channel,
      user.firstPaidDate,
    ]),
    'silver.subscriptions': silver.subscriptions.map((row) => [
      row.subscriptionId,
      row.userId,
      row.planId,
      money(row.price),
      row.currency,
      money(row.priceUsd),
      row.startDate,
      row.endDate,
      row.status,
      row.createdAt,
    ]),
    'silver.marketing_spend': silver.spend.map((row) => [row.date, row.channel, money(row.spend)]),
    'silver.spend_gaps': silver.spendGaps.map((row) => [row.channel, row.firstDay, row.lastDay, row.days]),
    'silver.quarantine': silver.quarantine.map((row) => [
      row.source,
      row.sourceFile,
      row.batchId,
      row.lineNumber,
      row.rejectReason,
      row.raw,
      row.ingestDate,
    ]),
  };
}

const movementCells = (row: Movements): readonly Cell[] => [
  money(row.mrr),
  row.activeSubscribers,
  money(row.new),
  money(row.reactivation),
  money(row.expansion),
  money(row.contraction),
  money(row.churned),
];

const ratioCells = (row: ChannelValue): readonly Cell[] => [
  row.channel,
  row.customers,
  money(row.totalLtv),
  row.averageLtv,
  row.cac,
  row.ltvCacRatio,
];

export function goldTables(gold: Gold): Readonly<Record<string, Rows>> {
  return {
    'gold.daily_active_users': gold.dailyActiveUsers.map((row) => [
      row.date,
      row.dau,
      row.wau,
      row.mau,
      row.stickiness,
    ]),
    'gold.daily_revenue_gross': gold.dailyRevenueGross.map((row) => [
      row.date,
      money(row.gross),
      row.purchases,
      row.purchasers,
    ]),
    'gold.daily_revenue_net': gold.dailyRevenueNet.map((row) => [
      row.date,
      money(row.gross),
      money(row.refunds),
      row.refundCount,
      money(row.gross - row.refunds),
    ]),
    'gold.mrr_daily': gold.mrrDaily.map((row) => [row.date, ...movementCells(row)]),
    'gold.mrr_monthly': gold.mrrMonthly.map((row) => [row.month, ...movementCells(row), row.isComplete]),
    'gold.weekly_cohort_retention': gold.cohortRetention.map((row) => [
      row.cohortWeek,
      row.weekNumber,
      row.cohortSize,
      row.retained,
      row.rate,
      row.isComplete,
    ]),
    'gold.cac_by_channel': gold.channels.map((row) => [
      row.channel,
      money(row.spend),
      row.customers,
      row.cac,
    ]),
    'gold.ltv_per_user': gold.userValues.map(({ user, purchases, gross, refunds }) => [
      user.userId,
      user.channel,
      user.signupDate,
      user.firstPaidDate,
      purchases,
      money(gross),
      money(refunds),
      money(gross - refunds),
    ]),
    'gold.ltv_cac_ratio': gold.channelsAndTotal.map(ratioCells),
    ...growthTables(gold.growth),
  };
}

function growthTables({
  funnel,
  churn,
  acquisition,
  channelRetention,
}: Growth): Readonly<Record<string, Rows>> {
  return {
    'gold.signup_funnel': funnel.map(({ month, signups, trials, paidTrials, paid }) => [
      month,
      signups,
      trials,
      paidTrials,
      paid,
      ratio(trials, signups),
      ratio(paidTrials, trials),
      ratio(paid, signups),
    ]),
    'gold.churn_monthly': churn.map((row) => {
      const ofOpening = (amount: bigint): number | null => ratio(asDouble(amount), asDouble(row.opening));
      const kept = row.opening - row.lowered - row.lost;
      return [
        row.month,
        row.openingSubscribers,
        row.gainedSubscribers,
        row.lostSubscribers,
        money(row.opening),
        money(row.gained),
        money(row.raised),
        money(row.lowered),
        money(row.lost),
        ratio(row.lostSubscribers, row.openingSubscribers),
        ofOpening(row.lost),
        ofOpening(kept),
        ofOpening(kept + row.raised),
        row.arpu,
        row.isComplete,
      ];
    }),
    'gold.cac_monthly': acquisition.map((row) => [
      row.month,
      money(row.spend),
      row.conversions,
      row.cac,
      row.arpu,
      row.payback,
    ]),
    'gold.retention_by_channel': channelRetention.map(({ channel, weekNumber, users, retained }) => [
      channel,
      weekNumber,
      users,
      retained,
      ratio(retained, users),
    ]),
  };
}
