// The tables of the pipeline's sources and models: columns, partitions, sort orders and keys. Field ids follow from the order here.

import type { ColumnDefinition, TableDefinition } from '../../format/table-definition.js';
import type { FieldType } from '../../format/schema.js';

const required = (name: string, type: FieldType): ColumnDefinition => ({ name, type, required: true });
const nullable = (name: string, type: FieldType): ColumnDefinition => ({ name, type, required: false });

/** Money of one record. */
const amount = 'decimal(18,4)';
/** Sums of money. */
const money = 'decimal(38,4)';
const month = { source: 'event_date', transform: 'month', name: 'event_month' } as const;

const eventColumns: readonly ColumnDefinition[] = [
  required('event_id', 'string'),
  nullable('user_id', 'string'),
  required('event_type', 'string'),
  required('event_ts', 'timestamp'),
  required('event_date', 'date'),
  required('schema_version', 'int'),
  nullable('amount', amount),
  nullable('currency', 'string'),
  nullable('amount_usd', amount),
  nullable('tax', amount),
  nullable('refers_to_event_id', 'string'),
  nullable('acquisition_channel', 'string'),
];

/** The events that were accepted, one row per id. */
export const events: TableDefinition = {
  name: 'silver.events',
  columns: eventColumns,
  partition: { source: 'event_date', transform: 'identity', name: 'event_date' },
  sortOrder: ['event_id'],
  key: ['event_id'],
  keyIndex: ['event_id', 'refers_to_event_id'],
};

/** The newest state of each subscription. */
export const subscriptions: TableDefinition = {
  name: 'silver.subscriptions',
  columns: [
    required('subscription_id', 'string'),
    required('user_id', 'string'),
    required('plan_id', 'string'),
    required('price', amount),
    required('currency', 'string'),
    required('price_usd', amount),
    required('start_date', 'date'),
    nullable('end_date', 'date'),
    required('status', 'string'),
    nullable('created_at', 'timestamp'),
  ],
  sortOrder: ['subscription_id'],
  key: ['subscription_id'],
};

/** What was spent on a channel on a day. */
export const marketingSpend: TableDefinition = {
  name: 'silver.marketing_spend',
  columns: [required('date', 'date'), required('channel', 'string'), required('spend', amount)],
  sortOrder: ['date', 'channel'],
  key: ['date', 'channel'],
};

/** A purchase or a refund, with its link resolved. */
export const payments: TableDefinition = {
  name: 'silver.payments',
  columns: [
    required('event_id', 'string'),
    required('kind', 'string'),
    nullable('user_id', 'string'),
    required('event_date', 'date'),
    required('effective_date', 'date'),
    required('amount_usd', amount),
    nullable('purchase_event_id', 'string'),
    nullable('link_status', 'string'),
  ],
  partition: month,
  sortOrder: ['event_date', 'event_id'],
  key: ['event_id'],
};

/** A user who did anything on a day, with the number of events. */
export const userDays: TableDefinition = {
  name: 'silver.user_days',
  columns: [required('event_date', 'date'), required('user_id', 'string'), required('events', 'long')],
  partition: month,
  sortOrder: ['event_date', 'user_id'],
  key: ['event_date', 'user_id'],
};

/** Partial of `silver.users`, by day: users with a signup, a trial, a paid conversion or a refund on that day. */
export const userMilestones: TableDefinition = {
  name: 'silver.user_milestones',
  columns: [
    required('event_date', 'date'),
    required('user_id', 'string'),
    nullable('signup_at', 'timestamp'),
    nullable('signup_event_id', 'string'),
    nullable('acquisition_channel', 'string'),
    required('is_paid', 'boolean'),
    required('is_trial', 'boolean'),
  ],
  partition: month,
  sortOrder: ['event_date', 'user_id'],
  key: ['event_date', 'user_id'],
};

/** Partial of `silver.users`, by month: every user of any event in the month; `event_date` is the month's first day. */
export const userMonths: TableDefinition = {
  name: 'silver.user_months',
  columns: [
    required('event_date', 'date'),
    required('user_id', 'string'),
    nullable('signup_at', 'timestamp'),
    nullable('signup_date', 'date'),
    nullable('signup_event_id', 'string'),
    nullable('acquisition_channel', 'string'),
    nullable('first_paid_date', 'date'),
    nullable('first_trial_date', 'date'),
  ],
  partition: month,
  sortOrder: ['event_date', 'user_id'],
  key: ['event_date', 'user_id'],
};

/** Everyone who was ever seen, with signup, channel and first paid day. */
export const users: TableDefinition = {
  name: 'silver.users',
  columns: [
    required('user_id', 'string'),
    nullable('signup_at', 'timestamp'),
    nullable('signup_date', 'date'),
    nullable('cohort_week', 'date'),
    required('acquisition_channel', 'string'),
    nullable('first_paid_date', 'date'),
  ],
  sortOrder: ['user_id'],
  key: ['user_id'],
};

/** Runs of days on which a channel that has spend before and after has none. */
export const spendGaps: TableDefinition = {
  name: 'silver.spend_gaps',
  columns: [
    required('channel', 'string'),
    required('first_day', 'date'),
    required('last_day', 'date'),
    required('days', 'long'),
  ],
  sortOrder: ['channel', 'first_day'],
  key: ['channel', 'first_day'],
};

/** Partial of `gold.daily_active_users`, by month: days with anyone active in the 28 days that end with it, on past the last event. */
export const activeUsers: TableDefinition = {
  name: 'silver.active_users',
  columns: [
    required('event_date', 'date'),
    required('dau', 'long'),
    required('wau', 'long'),
    required('mau', 'long'),
  ],
  partition: month,
  sortOrder: ['event_date'],
  key: ['event_date'],
};

/** What each user pays per month from each day on which that may change, and what it was before; 0 is no price. */
export const userPrices: TableDefinition = {
  name: 'silver.user_prices',
  columns: [
    required('user_id', 'string'),
    required('date', 'date'),
    nullable('subscription_id', 'string'),
    required('price', amount),
    nullable('subscription_id_before', 'string'),
    required('price_before', amount),
    required('highest_before', amount),
  ],
  sortOrder: ['user_id', 'date'],
  key: ['user_id', 'date'],
};

/** Partial of `gold.retention_by_channel` and of `silver.cohort_weeks`, by month of the activity week's Monday (`event_date`). */
export const channelWeeks: TableDefinition = {
  name: 'silver.channel_weeks',
  columns: [
    required('event_date', 'date'),
    required('cohort_week', 'date'),
    required('acquisition_channel', 'string'),
    required('retained_users', 'long'),
  ],
  partition: month,
  sortOrder: ['event_date', 'cohort_week', 'acquisition_channel'],
  key: ['event_date', 'cohort_week', 'acquisition_channel'],
};

/** Partial of `gold.weekly_cohort_retention`, by month of the activity week's Monday (`event_date`); weeks without anyone have no row. */
export const cohortWeeks: TableDefinition = {
  name: 'silver.cohort_weeks',
  columns: [
    required('event_date', 'date'),
    required('cohort_week', 'date'),
    required('retained_users', 'long'),
  ],
  partition: month,
  sortOrder: ['event_date', 'cohort_week'],
  key: ['event_date', 'cohort_week'],
};

const movements: readonly ColumnDefinition[] = [
  required('mrr', money),
  required('active_subscribers', 'long'),
  required('new_mrr', money),
  required('reactivation_mrr', money),
  required('expansion_mrr', money),
  required('contraction_mrr', money),
  required('churned_mrr', money),
];

const gold = (
  name: string,
  key: readonly string[],
  columns: readonly ColumnDefinition[],
): TableDefinition => ({
  name: `gold.${name}`,
  columns,
  sortOrder: key,
  key,
});

/** Users who were active on a day, in the week and in the 28 days that end with it. */
export const dailyActiveUsers = gold(
  'daily_active_users',
  ['date'],
  [
    required('date', 'date'),
    required('dau', 'long'),
    required('wau', 'long'),
    required('mau', 'long'),
    nullable('stickiness', 'double'),
  ],
);

/** What was bought on a day. */
export const dailyRevenueGross = gold(
  'daily_revenue_gross',
  ['date'],
  [
    required('date', 'date'),
    required('gross_revenue', money),
    required('purchases', 'long'),
    required('purchasers', 'long'),
  ],
);

/** What was bought on a day, less what was given back. */
export const dailyRevenueNet = gold(
  'daily_revenue_net',
  ['date'],
  [
    required('date', 'date'),
    required('gross_revenue', money),
    required('refunds', money),
    required('refund_count', 'long'),
    required('net_revenue', money),
  ],
);

/** Monthly recurring revenue at the end of each day, and the movements since the day before. */
export const mrrDaily = gold('mrr_daily', ['date'], [required('date', 'date'), ...movements]);

/** The same at the end of each month; the movements of its days together. */
export const mrrMonthly = gold(
  'mrr_monthly',
  ['month'],
  [required('month', 'date'), ...movements, required('is_complete', 'boolean')],
);

/** How many of those who signed up in a week were active in each week after it. */
export const weeklyCohortRetention = gold(
  'weekly_cohort_retention',
  ['cohort_week', 'week_number'],
  [
    required('cohort_week', 'date'),
    required('week_number', 'long'),
    required('cohort_size', 'long'),
    required('retained_users', 'long'),
    nullable('retention_rate', 'double'),
    required('is_complete', 'boolean'),
  ],
);

/** What a paying customer cost by channel. */
export const cacByChannel = gold(
  'cac_by_channel',
  ['channel'],
  [
    required('channel', 'string'),
    required('spend', money),
    required('paid_conversions', 'long'),
    nullable('cac', 'double'),
  ],
);

/** What each user brought in, less refunds. */
export const ltvPerUser = gold(
  'ltv_per_user',
  ['user_id'],
  [
    required('user_id', 'string'),
    required('acquisition_channel', 'string'),
    nullable('signup_date', 'date'),
    nullable('first_paid_date', 'date'),
    required('purchases', 'long'),
    required('gross_revenue', money),
    required('refunds', money),
    required('ltv', money),
  ],
);

/** What a paying customer brings in against what one costs, by channel and over all. */
export const ltvCacRatio = gold(
  'ltv_cac_ratio',
  ['channel'],
  [
    required('channel', 'string'),
    required('paid_customers', 'long'),
    required('total_ltv', money),
    nullable('avg_ltv', 'double'),
    nullable('cac', 'double'),
    nullable('ltv_cac_ratio', 'double'),
  ],
);

/** How many of a month's signups tried the product, and how many paid. */
export const signupFunnel = gold(
  'signup_funnel',
  ['month'],
  [
    required('month', 'date'),
    required('signups', 'long'),
    required('trials', 'long'),
    required('paid_trials', 'long'),
    required('paid', 'long'),
    nullable('trial_rate', 'double'),
    nullable('trial_paid_rate', 'double'),
    nullable('paid_rate', 'double'),
  ],
);

/** The customers of a month's beginning compared with what they pay at its end, and the rates of that. */
export const churnMonthly = gold(
  'churn_monthly',
  ['month'],
  [
    required('month', 'date'),
    required('opening_subscribers', 'long'),
    required('gained_subscribers', 'long'),
    required('lost_subscribers', 'long'),
    required('opening_mrr', money),
    required('gained_mrr', money),
    required('raised_mrr', money),
    required('lowered_mrr', money),
    required('lost_mrr', money),
    nullable('logo_churn', 'double'),
    nullable('revenue_churn', 'double'),
    nullable('gross_retention', 'double'),
    nullable('net_retention', 'double'),
    nullable('arpu', 'double'),
    required('is_complete', 'boolean'),
  ],
);

/** What a month's new paying customers cost, and how soon they pay that back. */
export const cacMonthly = gold(
  'cac_monthly',
  ['month'],
  [
    required('month', 'date'),
    required('spend', money),
    required('paid_conversions', 'long'),
    nullable('cac', 'double'),
    nullable('arpu', 'double'),
    nullable('payback_months', 'double'),
  ],
);

/** How many of a channel's users came back in each week after their signup's. */
export const retentionByChannel = gold(
  'retention_by_channel',
  ['channel', 'week_number'],
  [
    required('channel', 'string'),
    required('week_number', 'long'),
    required('users', 'long'),
    required('retained_users', 'long'),
    nullable('retention_rate', 'double'),
  ],
);
