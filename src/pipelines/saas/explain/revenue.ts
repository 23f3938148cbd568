// gold.daily_revenue_gross and gold.daily_revenue_net: purchases on their day, refunds on the day they take effect.

import type { ScanFilter } from '../../../table/scan.js';
import { dailyRevenueGross, dailyRevenueNet } from '../tables.js';
import { date, dayOf, type Making, type RowsBehind, type TableExplanation } from './explanation.js';
import { ownEvent } from './origins.js';
import { one, payments } from './payments.js';

export const grossRevenue: TableExplanation = {
  table: dailyRevenueGross,
  columns: (key) => {
    const day = dayOf(key, 'date');
    return {
      gross_revenue: boughtOn(day),
      purchases: {
        kind: 'count',
        about: 'purchases of the day',
        rows: payments({ contribution: one, ...purchasesOn(day) }),
      },
      purchasers: { kind: 'count', about: 'users with a purchase on the day', rows: purchasers(day) },
    };
  },
};

export const netRevenue: TableExplanation = {
  table: dailyRevenueNet,
  columns: (key) => {
    const day = dayOf(key, 'date');
    const refunds = {
      condition: `kind = 'refund' AND effective_date = ${date(day)}`,
      where: on('effective_date', day),
    };
    return {
      gross_revenue: boughtOn(day),
      refunds: {
        kind: 'sum',
        about: 'refunds that take effect on the day',
        rows: payments({ contribution: 'amount_usd', ...refunds }),
      },
      refund_count: {
        kind: 'count',
        about: 'refunds that take effect on the day',
        rows: payments({ contribution: one, ...refunds }),
      },
      net_revenue: {
        kind: 'difference',
        about: 'gross_revenue less refunds',
        of: ['gross_revenue', 'refunds'],
      },
    };
  },
};

const on = (column: string, day: string): ScanFilter => ({ [column]: { op: '=', value: day } });

const purchasesOn = (day: string): { readonly condition: string; readonly where: ScanFilter } => ({
  condition: `kind = 'purchase' AND event_date = ${date(day)}`,
  where: on('event_date', day),
});

const boughtOn = (day: string): Making => ({
  kind: 'sum',
  about: 'purchases of the day',
  rows: payments({ contribution: 'amount_usd', ...purchasesOn(day) }),
});

/** Users with a purchase, each by the first of them. */
function purchasers(day: string): RowsBehind {
  const { condition, where } = purchasesOn(day);
  return {
    sql: `SELECT
  MIN(event_id) AS event_id,
  user_id,
  CAST(COUNT(*) AS BIGINT) AS purchases,
  SUM(amount_usd) AS amount_usd,
  CAST(1 AS BIGINT) AS contribution
FROM silver.payments
WHERE ${condition} AND user_id IS NOT NULL
GROUP BY user_id`,
    reads: [{ table: 'silver.payments', where }],
    table: 'silver.payments',
    by: ['user_id'],
    origins: [ownEvent],
  };
}
