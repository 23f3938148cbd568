// What the charts draw: figures out of gold, of a bounded number however long the lake's history is. Pure.

import type { MetricsReport } from '../quality/metrics.js';
import { beginning } from './markup.js';
import {
  cents,
  lastOf,
  meanOf,
  number,
  numberOrNull,
  seriesOf,
  TRENDS,
  trailingMeans,
  type Row,
  type Step,
} from './series.js';
import { visible } from '../../common/visible-text.js';

/** One chart's points, each a record of the columns that the chart and its table show. */
export interface Chart<Point> {
  readonly step: Step;
  readonly points: readonly Point[];
}

/** USD a day. */
export interface RevenuePoint {
  readonly date: string;
  readonly gross: number;
  /** Not negative. */
  readonly refunds: number;
  readonly net: number;
  readonly trend: number | null;
}

export interface ActivePoint {
  readonly date: string;
  readonly dau: number;
  readonly wau: number;
  readonly mau: number;
}

export interface MrrPoint {
  readonly date: string;
  readonly mrr: number;
  readonly subscribers: number;
}

/** A month's movements of MRR, all of them as amounts: what went down is not negative. */
export interface MovementPoint {
  readonly date: string;
  readonly new: number;
  readonly reactivation: number;
  readonly expansion: number;
  readonly contraction: number;
  readonly churned: number;
  readonly mrr: number;
  readonly complete: boolean;
}

export interface ChannelPoint {
  readonly channel: string;
  readonly customers: number;
  readonly ltv: number | null;
  readonly cac: number | null;
  readonly ratio: number | null;
}

export interface RetentionCohort {
  readonly date: string;
  readonly size: number;
  /** By week number from 0; a week that is not over is the last. */
  readonly rates: readonly (number | null)[];
  /** The weeks that are over. */
  readonly complete: number;
}

/** Refused records of a run by reason. */
export interface RefusedPoint {
  readonly run: number;
  readonly date: string;
  readonly reason: string;
  readonly records: number;
}

export interface Charts {
  readonly revenue: Chart<RevenuePoint>;
  readonly active: Chart<ActivePoint>;
  readonly mrr: Chart<MrrPoint>;
  readonly movements: readonly MovementPoint[];
  readonly channels: readonly ChannelPoint[];
  readonly retention: readonly RetentionCohort[];
  readonly refused: readonly RefusedPoint[];
}

/** The gold tables that are drawn. */
export const CHARTED = [
  'gold.daily_revenue_net',
  'gold.daily_active_users',
  'gold.mrr_daily',
  'gold.mrr_monthly',
  'gold.ltv_cac_ratio',
  'gold.weekly_cohort_retention',
] as const;

export type GoldRows = Readonly<Record<(typeof CHARTED)[number], readonly Row[]>>;

/** Months, channels, cohorts, weeks of a cohort, runs and reasons that a chart shows. */
export const LIMITS = { months: 36, channels: 24, cohorts: 52, weeks: 52, runs: 40, reasons: 7 } as const;

/** Code points of a name. */
const NAME_LENGTH = 40;

export const chartsOf = (gold: GoldRows, { runs }: MetricsReport): Charts => ({
  revenue: revenue(gold['gold.daily_revenue_net']),
  active: active(gold['gold.daily_active_users']),
  mrr: mrr(gold['gold.mrr_daily']),
  movements: movements(gold['gold.mrr_monthly']),
  channels: channels(gold['gold.ltv_cac_ratio']),
  retention: retention(gold['gold.weekly_cohort_retention']),
  refused: refused(runs),
});

function revenue(rows: readonly Row[]): Chart<RevenuePoint> {
  const { step, periods } = seriesOf(rows);
  const nets = periods.map((period) => meanOf(period, 'net_revenue'));
  const trend = trailingMeans(nets, TRENDS[step].points);
  const points = periods.map((period, i) => ({
    date: period.date,
    gross: cents(meanOf(period, 'gross_revenue')),
    refunds: cents(meanOf(period, 'refunds')),
    net: cents(nets[i] ?? 0),
    trend: trend[i] ?? null,
  }));
  return { step, points };
}

function active(rows: readonly Row[]): Chart<ActivePoint> {
  const { step, periods } = seriesOf(rows);
  const points = periods.map((period) => ({
    date: period.date,
    dau: Math.round(meanOf(period, 'dau')),
    wau: Math.round(meanOf(period, 'wau')),
    mau: Math.round(meanOf(period, 'mau')),
  }));
  return { step, points };
}

function mrr(rows: readonly Row[]): Chart<MrrPoint> {
  const { step, periods } = seriesOf(rows);
  const points = periods.map((period) => ({
    date: period.date,
    mrr: cents(lastOf(period, 'mrr')),
    subscribers: lastOf(period, 'active_subscribers'),
  }));
  return { step, points };
}

const movements = (rows: readonly Row[]): readonly MovementPoint[] =>
  rows.slice(-LIMITS.months).map((row) => ({
    date: String(row['month']),
    new: cents(number(row['new_mrr'])),
    reactivation: cents(number(row['reactivation_mrr'])),
    expansion: cents(number(row['expansion_mrr'])),
    contraction: cents(number(row['contraction_mrr'])),
    churned: cents(number(row['churned_mrr'])),
    mrr: cents(number(row['mrr'])),
    complete: row['is_complete'] === true,
  }));

/** The channels with the most customers; all channels together first. */
function channels(rows: readonly Row[]): readonly ChannelPoint[] {
  const points = rows.map((row) => ({
    channel: shortName(String(row['channel'])),
    customers: number(row['paid_customers']),
    ltv: rounded(row['avg_ltv']),
    cac: rounded(row['cac']),
    ratio: rounded(row['ltv_cac_ratio']),
  }));
  return points.sort((a, b) => b.customers - a.customers).slice(0, LIMITS.channels + 1);
}

const shortName = (name: string): string => beginning(visible(name), NAME_LENGTH);

function rounded(value: Row[string] | undefined): number | null {
  const given = numberOrNull(value);
  return given === null ? null : cents(given);
}

/** The newest cohorts, oldest first. */
function retention(rows: readonly Row[]): readonly RetentionCohort[] {
  const cohorts = new Map<string, Row[]>();
  for (const row of rows) {
    const week = String(row['cohort_week']);
    const cohort = cohorts.get(week);
    if (cohort === undefined) cohorts.set(week, [row]);
    else cohort.push(row);
  }
  return [...cohorts].slice(-LIMITS.cohorts).map(([date, weeks]) => cohortOf(date, weeks));
}

function cohortOf(date: string, rows: readonly Row[]): RetentionCohort {
  const weeks = rows.slice(0, LIMITS.weeks + 1);
  const rate = (row: Row): number | null => {
    const value = numberOrNull(row['retention_rate']);
    return value === null ? null : Math.round(value * 1e4) / 1e4;
  };
  return {
    date,
    size: number(rows[0]?.['cohort_size']),
    rates: weeks.map(rate),
    complete: weeks.filter((row) => row['is_complete'] === true).length,
  };
}

/** The reasons beyond the most frequent. */
export const OTHER = 'other reasons';

/** The newest runs that read something; reasons beyond the most frequent are one. */
function refused(all: MetricsReport['runs']): readonly RefusedPoint[] {
  const runs = all.slice(-LIMITS.runs);
  const frequent = new Set(frequentReasons(runs));
  return runs.flatMap(({ run, ingestDate: date, rejected }) => {
    const sums = new Map<string, number>();
    for (const [reason, records] of Object.entries(rejected)) {
      const name = frequent.has(reason) ? reason : OTHER;
      sums.set(name, (sums.get(name) ?? 0) + records);
    }
    return Array.from(sums, ([reason, records]) => ({ run, date, reason, records }));
  });
}

function frequentReasons(runs: MetricsReport['runs']): readonly string[] {
  const totals = new Map<string, number>();
  for (const { rejected } of runs)
    for (const [reason, records] of Object.entries(rejected))
      totals.set(reason, (totals.get(reason) ?? 0) + records);
  const sorted = [...totals].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  return sorted.slice(0, LIMITS.reasons).map(([reason]) => reason);
}
