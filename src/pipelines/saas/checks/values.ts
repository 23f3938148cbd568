// What the contracts promise of single values: the words that are accepted, and bounds. The rules refuse everything else
// when records are read; here it is asked of the tables.

import type { Check, RangeCheck } from '../../../pipeline/define/spec/pipeline-spec.js';
import type { Contract } from '../../../records/contract.js';
import { eventsContract } from '../contracts/events.js';
import { subscriptions } from '../contracts/subscriptions.js';
import type { SaasSettings } from '../settings.js';
import * as tables from '../tables.js';

/** Values outside of a list; null is none. */
function acceptedValues(
  name: string,
  {
    table,
    key,
    column,
    values,
  }: {
    readonly table: string;
    readonly key: string;
    readonly column: string;
    readonly values: readonly string[];
  },
): Check {
  // One comparison after the other: each spares the next the rows that it has decided, which NOT IN does not.
  const isOther = values.map((value) => `${column} <> '${value}'`).join(' AND ');
  return {
    name,
    severity: 'error',
    reason: `${table}.${column} is one of the values that the contract accepts; models leave out what they do not know.`,
    sql: `SELECT ${key}, ${column} FROM ${table} WHERE ${column} IS NOT NULL AND ${isOther}`,
    tables: [table],
  };
}

function enumValues({ fields }: Contract, column: string): readonly string[] {
  const type = fields.find(({ name }) => name === column)?.type;
  if (type?.kind !== 'text' || type.oneOf === undefined)
    throw new Error(`${column} is no enumeration of its contract`);
  return type.oneOf;
}

/** Accepted words, by today's settings. */
export function valueChecks(settings: SaasSettings): readonly Check[] {
  const event = { table: tables.events.name, key: 'event_id' };
  const subscription = { table: tables.subscriptions.name, key: 'subscription_id' };
  const currency = { column: 'currency', values: Object.keys(settings.rates) };
  const words = (contract: Contract, column: string) => ({ column, values: enumValues(contract, column) });
  return [
    acceptedValues('event_types_accepted', { ...event, ...words(eventsContract(settings), 'event_type') }),
    acceptedValues('plans_accepted', { ...subscription, ...words(subscriptions, 'plan_id') }),
    acceptedValues('subscription_statuses_accepted', { ...subscription, ...words(subscriptions, 'status') }),
    acceptedValues('subscription_currencies_accepted', { ...subscription, ...currency }),
    {
      name: 'payment_links_accepted',
      severity: 'error',
      reason:
        'A payment is a purchase, or a refund that is linked to a purchase or an orphan; revenue knows no third kind.',
      sql: `SELECT event_id, kind, link_status, purchase_event_id FROM silver.payments
        WHERE NOT ((kind = 'purchase' AND link_status IS NULL AND purchase_event_id IS NULL)
          OR (kind = 'refund' AND link_status IS NOT NULL
            AND ((link_status = 'linked' AND purchase_event_id IS NOT NULL)
              OR (link_status = 'orphan' AND purchase_event_id IS NULL))))`,
      tables: ['silver.payments'],
    },
    {
      name: 'refunds_not_before_purchases',
      severity: 'error',
      reason: 'A payment takes effect on its own day or later: a refund never before its purchase.',
      sql: 'SELECT event_id, event_date, effective_date FROM silver.payments WHERE effective_date < event_date',
      tables: ['silver.payments'],
    },
    {
      name: 'subscriptions_end_after_start',
      severity: 'error',
      reason:
        'A subscription that ends before it starts, or is canceled without an end, is refused by the contract.',
      sql: `SELECT subscription_id, start_date, end_date, status FROM silver.subscriptions
        WHERE end_date < start_date OR (status = 'canceled' AND end_date IS NULL)`,
      tables: ['silver.subscriptions'],
    },
    {
      name: 'active_users_nest',
      severity: 'error',
      reason: 'Who was active on a day was so in the week and in the 28 days that end with it.',
      sql: `SELECT date, dau, wau, mau, stickiness FROM gold.daily_active_users
        WHERE dau < 0 OR dau > wau OR wau > mau OR stickiness < 0 OR stickiness > 1`,
      tables: ['gold.daily_active_users'],
    },
    {
      name: 'retention_is_a_share',
      severity: 'error',
      reason: 'No more users can be retained than a cohort has.',
      sql: `SELECT cohort_week, week_number, cohort_size, retained_users, retention_rate FROM gold.weekly_cohort_retention
        WHERE week_number < 0 OR retained_users < 0 OR retained_users > cohort_size
          OR retention_rate < 0 OR retention_rate > 1`,
      tables: ['gold.weekly_cohort_retention'],
    },
    {
      name: 'channel_retention_is_a_share',
      severity: 'error',
      reason: 'No more users can be retained than a channel has.',
      sql: `SELECT channel, week_number, users, retained_users, retention_rate FROM gold.retention_by_channel
        WHERE week_number < 0 OR retained_users < 0 OR retained_users > users`,
      tables: ['gold.retention_by_channel'],
    },
    {
      name: 'funnel_narrows',
      severity: 'error',
      reason:
        'Of the users who signed up, no more can have tried or paid than there are, and no more both than either.',
      sql: `SELECT month, signups, trials, paid_trials, paid FROM gold.signup_funnel
        WHERE trials > signups OR paid > signups OR paid_trials > trials OR paid_trials > paid`,
      tables: ['gold.signup_funnel'],
    },
    {
      name: 'churn_is_of_customers',
      severity: 'error',
      reason: 'No more customers and revenue can be lost in a month than there were at its beginning.',
      sql: `SELECT month, opening_subscribers, lost_subscribers, opening_mrr, lowered_mrr, lost_mrr
        FROM gold.churn_monthly
        WHERE lost_subscribers > opening_subscribers OR lowered_mrr + lost_mrr > opening_mrr`,
      tables: ['gold.churn_monthly'],
    },
  ];
}

const LARGEST = '1000000000000.0000';
const money = { min: '0', max: LARGEST };
/** A price in the currency of the highest rate, in dollars. */
const dollars = { min: '0', max: '100000000000000.0000' };
const days = { min: '2000-01-01', max: '2099-12-31' };

const range = (table: string, columns: RangeCheck['columns']): RangeCheck => ({
  name: `${table.replace('.', '_')}_in_range`,
  severity: 'error',
  reason: `Values of ${table} lie within what the contract promises: amounts are not below zero, days are in the accepted years.`,
  table,
  columns,
});

/** Bounds of the tables that records become, and of amounts in gold. */
export function rangeChecks({ eventDates, rates }: SaasSettings): readonly RangeCheck[] {
  const currencies = Object.keys(rates).sort();
  const dates = { min: eventDates.from, max: eventDates.to };
  const amounts = (...columns: readonly string[]) =>
    Object.fromEntries(columns.map((column) => [column, { min: '0' }]));
  return [
    range(tables.events.name, {
      event_date: dates,
      schema_version: { min: 1, max: 2 },
      // No model reads the currency, so that no statement could without loading it.
      currency: { min: currencies[0] ?? '', max: currencies.at(-1) ?? '' },
      amount: money,
      tax: money,
      amount_usd: dollars,
    }),
    range(tables.subscriptions.name, { price: money, price_usd: dollars, start_date: days, end_date: days }),
    range(tables.marketingSpend.name, { date: days, spend: money }),
    range(tables.payments.name, { amount_usd: dollars }),
    range(tables.dailyRevenueGross.name, amounts('gross_revenue', 'purchases', 'purchasers')),
    range(tables.dailyRevenueNet.name, amounts('gross_revenue', 'refunds', 'refund_count')),
    range(
      tables.mrrDaily.name,
      amounts(
        ...['mrr', 'active_subscribers', 'new_mrr', 'reactivation_mrr'],
        ...['expansion_mrr', 'contraction_mrr', 'churned_mrr'],
      ),
    ),
    range(tables.cacByChannel.name, amounts('spend', 'paid_conversions')),
    range(tables.ltvPerUser.name, amounts('purchases', 'gross_revenue', 'refunds')),
  ];
}
