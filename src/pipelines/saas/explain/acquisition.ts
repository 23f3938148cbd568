// gold.cac_by_channel, gold.cac_monthly and gold.ltv_cac_ratio: spend, customers and what they brought in, of a channel, of a
// month, or of all.

import type { ColumnMaking, TableExplanation } from '../../../pipeline/define/spec/explanations.js';
import { marketingSpend, payments, users } from '../tables.js';
import { daysOfMonth, paying } from './mrr.js';
import { signedAmount } from './payments.js';

/** A condition on the channel; `gold.ltv_cac_ratio` has a row of all of them. */
const ofChannel = (column: string): string => `(:channel = '(all channels)' OR ${column} = :channel)`;

const spend = (about: string, where: string): ColumnMaking => ({
  about,
  sum: 'spend',
  of: marketingSpend.name,
  from: `${marketingSpend.name}\nCROSS JOIN run.event_range`,
  select: 'date, channel, spend',
  where: `(last_date IS NULL OR date <= last_date) AND ${where}`,
});

const customers = (about: string, where: string): ColumnMaking => ({
  about,
  count: 'rows',
  of: users.name,
  select: 'user_id, acquisition_channel, signup_date, first_paid_date',
  where,
});

const spent = spend('spend up to the last event', ofChannel('channel'));
const converted = customers(
  'users who ever paid, by the channel of their signup',
  `first_paid_date IS NOT NULL AND ${ofChannel('acquisition_channel')}`,
);

/** Of `gold.cac_by_channel`. */
export const acquisitionCost: TableExplanation = {
  columns: {
    spend: spent,
    paid_conversions: converted,
    cac: { about: 'spend / paid_conversions', ratio: ['spend', 'paid_conversions'] },
  },
};

/** Of `gold.cac_monthly`. A month beyond the series of recurring revenue has no price. */
export const monthlyAcquisitionCost: TableExplanation = {
  days: { last_in_series: daysOfMonth.last_in_series },
  columns: {
    spend: spend('spend of the month, up to the last event', 'date BETWEEN :month AND LAST_DAY(:month)'),
    paid_conversions: customers(
      'users whose first payment is in the month',
      'first_paid_date BETWEEN :month AND LAST_DAY(:month)',
    ),
    cac: { about: 'spend / paid_conversions', ratio: ['spend', 'paid_conversions'] },
    mrr: {
      about: 'price of each user with one on the month’s last day in the series',
      sum: 'price_usd',
      ...paying({ last: 'last_in_series' }),
    },
    active_subscribers: {
      about: 'users with a price above 0 on the month’s last day in the series',
      count: 'rows',
      ...paying({ last: 'last_in_series' }),
    },
    arpu: { about: 'mrr / active_subscribers', ratio: ['mrr', 'active_subscribers'] },
    payback_months: { about: 'cac / arpu', ratio: ['cac', 'arpu'] },
  },
};

/** Of `gold.ltv_cac_ratio`. */
export const valueByCost: TableExplanation = {
  columns: {
    paid_customers: converted,
    total_ltv: {
      about: 'purchases less refunds of users who ever paid',
      sum: signedAmount,
      of: payments.name,
      from: `silver.payments AS payment
INNER JOIN silver.users AS customer ON customer.user_id = payment.user_id`,
      select: 'event_id, kind, payment.user_id, event_date, amount_usd, purchase_event_id, link_status',
      where: `first_paid_date IS NOT NULL AND ${ofChannel('acquisition_channel')}`,
    },
    avg_ltv: { about: 'total_ltv / paid_customers', ratio: ['total_ltv', 'paid_customers'] },
    cac: { about: 'spend / paid_customers', ratio: ['spend', 'paid_customers'] },
    ltv_cac_ratio: { about: 'avg_ltv / cac', ratio: ['avg_ltv', 'cac'] },
    spend: spent,
  },
};
