// gold.daily_revenue_gross and gold.daily_revenue_net: purchases on their day, refunds on the day they take effect.

import type { ColumnMaking, TableExplanation } from '../../../pipeline/define/spec/explanations.js';
import { paidOn } from './payments.js';
import { ownEvent } from './records.js';

const bought = paidOn('purchase', 'event_date');
const refunded = paidOn('refund', 'effective_date');

const gross: ColumnMaking = { about: 'purchases of the day', sum: 'amount_usd', ...bought };

/** Of `gold.daily_revenue_gross`. */
export const grossRevenue: TableExplanation = {
  columns: {
    gross_revenue: gross,
    purchases: { about: 'purchases of the day', count: 'rows', ...bought },
    purchasers: {
      about: 'users with a purchase on the day',
      count: 'rows',
      ...bought,
      where: `${bought.where} AND user_id IS NOT NULL`,
      // Each by the first of the user's purchases.
      select:
        'MIN(event_id) AS event_id, user_id, CAST(COUNT(*) AS BIGINT) AS purchases, SUM(amount_usd) AS amount_usd',
      group: 'user_id',
      by: ['user_id'],
      records: [ownEvent],
    },
  },
};

/** Of `gold.daily_revenue_net`. */
export const netRevenue: TableExplanation = {
  columns: {
    gross_revenue: gross,
    refunds: { about: 'refunds that take effect on the day', sum: 'amount_usd', ...refunded },
    refund_count: { about: 'refunds that take effect on the day', count: 'rows', ...refunded },
    net_revenue: { about: 'gross_revenue less refunds', difference: ['gross_revenue', 'refunds'] },
  },
};
