// gold.cac_by_channel and gold.ltv_cac_ratio: spend, customers and what they brought in, of a channel or of all.

import { cacByChannel, ltvCacRatio } from '../tables.js';
import { text, type Making, type RowsBehind, type TableExplanation } from './explanation.js';
import { ofPayment, ofSpend, ofUser } from './origins.js';
import { signedAmount } from './payments.js';

/** The row of all channels in `gold.ltv_cac_ratio`. */
const ALL = '(all channels)';

export const acquisitionCost: TableExplanation = {
  table: cacByChannel,
  columns: ({ channel = '' }) => ({
    spend: spent(channel),
    paid_conversions: converted(channel),
    cac: { kind: 'ratio', about: 'spend / paid_conversions', of: ['spend', 'paid_conversions'] },
  }),
};

export const valueByCost: TableExplanation = {
  table: ltvCacRatio,
  columns: ({ channel = '' }) => ({
    paid_customers: converted(channel),
    total_ltv: {
      kind: 'sum',
      about: 'purchases less refunds of users who ever paid',
      rows: broughtIn(channel),
    },
    avg_ltv: { kind: 'ratio', about: 'total_ltv / paid_customers', of: ['total_ltv', 'paid_customers'] },
    cac: { kind: 'ratio', about: 'spend / paid_customers', of: ['spend', 'paid_customers'] },
    ltv_cac_ratio: { kind: 'ratio', about: 'avg_ltv / cac', of: ['avg_ltv', 'cac'] },
    spend: spent(channel),
  }),
};

/** A condition on the channel, none for all of them. */
const ofChannel = (column: string, channel: string | number): string =>
  channel === ALL ? '' : ` AND ${column} = ${text(channel)}`;

const spent = (channel: string | number): Making => ({
  kind: 'sum',
  about: 'spend up to the last event',
  rows: {
    sql: `SELECT date, channel, spend, spend AS contribution
FROM silver.marketing_spend
CROSS JOIN run.event_range
WHERE (last_date IS NULL OR date <= last_date)${ofChannel('channel', channel)}`,
    reads: [{ table: 'silver.marketing_spend' }],
    table: 'silver.marketing_spend',
    by: ['date', 'channel'],
    origins: ofSpend,
  },
});

const converted = (channel: string | number): Making => ({
  kind: 'count',
  about: 'users who ever paid, by the channel of their signup',
  rows: {
    sql: `SELECT user_id, acquisition_channel, signup_date, first_paid_date, CAST(1 AS BIGINT) AS contribution
FROM silver.users
WHERE first_paid_date IS NOT NULL${ofChannel('acquisition_channel', channel)}`,
    reads: [{ table: 'silver.users' }],
    table: 'silver.users',
    by: ['user_id'],
    origins: ofUser,
  },
});

function broughtIn(channel: string | number): RowsBehind {
  return {
    sql: `SELECT
  event_id,
  kind,
  payment.user_id,
  event_date,
  amount_usd,
  purchase_event_id,
  link_status,
  ${signedAmount} AS contribution
FROM silver.payments AS payment
INNER JOIN silver.users AS customer ON customer.user_id = payment.user_id
WHERE first_paid_date IS NOT NULL${ofChannel('acquisition_channel', channel)}`,
    reads: [{ table: 'silver.payments' }, { table: 'silver.users' }],
    table: 'silver.payments',
    by: ['event_id'],
    origins: ofPayment,
  };
}
