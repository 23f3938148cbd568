// gold.cac_by_channel and gold.ltv_cac_ratio: spend, customers and what they brought in, of a channel or of all.

import type { ColumnMaking, TableExplanation } from '../../../pipeline/define/spec/explanations.js';
import { marketingSpend, payments, users } from '../tables.js';
import { signedAmount } from './payments.js';

/** A condition on the channel; `gold.ltv_cac_ratio` has a row of all of them. */
const ofChannel = (column: string): string => `(:channel = '(all channels)' OR ${column} = :channel)`;

const spent: ColumnMaking = {
  about: 'spend up to the last event',
  sum: 'spend',
  of: marketingSpend.name,
  from: `${marketingSpend.name}\nCROSS JOIN run.event_range`,
  select: 'date, channel, spend',
  where: `(last_date IS NULL OR date <= last_date) AND ${ofChannel('channel')}`,
};

const converted: ColumnMaking = {
  about: 'users who ever paid, by the channel of their signup',
  count: 'rows',
  of: users.name,
  select: 'user_id, acquisition_channel, signup_date, first_paid_date',
  where: `first_paid_date IS NOT NULL AND ${ofChannel('acquisition_channel')}`,
};

/** Of `gold.cac_by_channel`. */
export const acquisitionCost: TableExplanation = {
  columns: {
    spend: spent,
    paid_conversions: converted,
    cac: { about: 'spend / paid_conversions', ratio: ['spend', 'paid_conversions'] },
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
