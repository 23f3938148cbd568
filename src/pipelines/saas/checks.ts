// What must hold before a run is published, and what is worth a warning: statements whose one value is the number of
// things wrong. Facts about records that no table holds (refused states, missing keys) are checked elsewhere.

import type { TableDefinition } from '../../format/table-definition.js';
import type { Check } from '../../pipeline/definition.js';
import { loadModels } from './models.js';

/** Rows of a query as the value of a check. */
const countRows = (query: string): string =>
  `SELECT CAST(COUNT(*) AS BIGINT) AS value FROM (${query}) AS wrong`;

/** A key that is not unique counts once, however often it repeats; a key with a null in it counts as well. */
function keyCheck({ name, key }: TableDefinition): Check {
  const columns = key.join(', ');
  const isNull = key.map((column) => `${column} IS NULL`).join(' OR ');
  return {
    name: `${name.replace('.', '_')}_key`,
    severity: 'error',
    reason: `${name} has one row per ${columns}: a repeated or missing key means that rows are counted twice or lost.`,
    sql: countRows(`SELECT ${columns} FROM ${name} GROUP BY ${columns} HAVING COUNT(*) > 1 OR ${isNull}`),
    tables: [name],
  };
}

/** Of two totals that should be one: 1 if they differ. */
const totalsDiffer = (left: string, right: string): string =>
  countRows(
    `SELECT total FROM (${left} UNION ALL ${right}) AS totals GROUP BY total HAVING COUNT(*) = 1 ORDER BY total NULLS LAST LIMIT 1`,
  );

const total = (expression: string, source: string): string =>
  `SELECT CAST(COALESCE(SUM(${expression}), 0) AS DECIMAL(38, 4)) AS total FROM ${source}`;

const reconciliations: readonly Check[] = [
  {
    name: 'mrr_movements',
    severity: 'error',
    reason:
      'Recurring revenue must be that of the day before plus the movements of the day; else a change is in no movement or in two.',
    sql: countRows(
      `SELECT date FROM (
        SELECT
          date,
          mrr - COALESCE(LAG(mrr) OVER (ORDER BY date NULLS LAST), 0) AS change,
          new_mrr + reactivation_mrr + expansion_mrr - contraction_mrr - churned_mrr AS moved
        FROM gold.mrr_daily
      ) AS steps WHERE change <> moved`,
    ),
    tables: ['gold.mrr_daily'],
    whole: true,
  },
  {
    name: 'mrr_month_ends',
    severity: 'error',
    reason: 'A month’s recurring revenue must be that of its last day.',
    sql: countRows(
      `SELECT month FROM gold.mrr_monthly
      LEFT JOIN (
        SELECT CAST(DATE_TRUNC('month', date) AS DATE) AS daily_month, MAX_BY(mrr, date) AS daily_mrr
        FROM gold.mrr_daily GROUP BY CAST(DATE_TRUNC('month', date) AS DATE)
      ) AS month_end ON daily_month = month
      WHERE daily_mrr IS NULL OR daily_mrr <> mrr`,
    ),
    tables: ['gold.mrr_daily', 'gold.mrr_monthly'],
    whole: true,
  },
  {
    name: 'net_is_gross_less_refunds',
    severity: 'error',
    reason:
      'Net revenue must be gross revenue less refunds on every day, and gross must agree between both tables.',
    sql: countRows(
      `SELECT net.date FROM gold.daily_revenue_net AS net
      LEFT JOIN gold.daily_revenue_gross AS gross ON gross.date = net.date
      WHERE net.net_revenue <> net.gross_revenue - net.refunds
        OR gross.gross_revenue IS NULL OR gross.gross_revenue <> net.gross_revenue`,
    ),
    tables: ['gold.daily_revenue_net', 'gold.daily_revenue_gross'],
    whole: true,
  },
  {
    name: 'gross_revenue_is_all_purchases',
    severity: 'error',
    reason: 'Every purchase must be in the gross revenue of some day, once.',
    sql: totalsDiffer(
      total('gross_revenue', 'gold.daily_revenue_gross'),
      total('amount_usd', `silver.payments WHERE kind = 'purchase'`),
    ),
    tables: ['gold.daily_revenue_gross', 'silver.payments'],
    whole: true,
  },
  {
    name: 'refunds_are_all_refunds',
    severity: 'error',
    reason: 'Every refund must be taken off on some day, once.',
    sql: totalsDiffer(
      total('refunds', 'gold.daily_revenue_net'),
      total('amount_usd', `silver.payments WHERE kind = 'refund'`),
    ),
    tables: ['gold.daily_revenue_net', 'silver.payments'],
    whole: true,
  },
  {
    name: 'ltv_is_net_revenue',
    severity: 'error',
    reason: 'What all users brought in, and what came from nobody, must be the net revenue.',
    sql: totalsDiffer(
      total(
        'part',
        `(SELECT ltv AS part FROM gold.ltv_per_user
          UNION ALL
          SELECT CASE WHEN kind = 'purchase' THEN amount_usd ELSE -amount_usd END AS part
          FROM silver.payments WHERE user_id IS NULL) AS parts`,
      ),
      total('net_revenue', 'gold.daily_revenue_net'),
    ),
    tables: ['gold.ltv_per_user', 'gold.daily_revenue_net', 'silver.payments'],
    whole: true,
  },
  {
    name: 'cohorts_hold_all_signups',
    severity: 'error',
    reason: 'Every user with a signup must be in one cohort.',
    sql: totalsDiffer(
      total('cohort_size', 'gold.weekly_cohort_retention WHERE week_number = 0'),
      total('1', 'silver.users WHERE signup_date IS NOT NULL'),
    ),
    tables: ['gold.weekly_cohort_retention', 'silver.users'],
    whole: true,
  },
];

const warnings: readonly Check[] = [
  {
    name: 'orphan_refunds',
    severity: 'warn',
    reason: 'Refunds that name no known purchase count on their own day and for their own user.',
    sql: countRows(`SELECT event_id FROM silver.payments WHERE link_status = 'orphan'`),
    tables: ['silver.payments'],
    whole: true,
  },
  {
    name: 'over_refunded_purchases',
    severity: 'warn',
    reason: 'More was refunded than paid; refunds are not capped.',
    sql: countRows(
      `SELECT event_id FROM (
        SELECT purchase_event_id AS refunded_event_id, SUM(amount_usd) AS refunded
        FROM silver.payments WHERE link_status = 'linked' GROUP BY purchase_event_id
      ) AS refund
      INNER JOIN silver.payments ON event_id = refunded_event_id
      WHERE refunded > amount_usd`,
    ),
    tables: ['silver.payments'],
    whole: true,
  },
  {
    name: 'payments_without_user',
    severity: 'warn',
    reason: 'Payments of nobody are revenue, and in no user’s value.',
    sql: countRows('SELECT event_id FROM silver.payments WHERE user_id IS NULL'),
    tables: ['silver.payments'],
    whole: true,
  },
  {
    name: 'spend_gaps',
    severity: 'warn',
    reason:
      'Days without spend between a channel’s first and last make its cost per customer look better than it is.',
    sql: countRows('SELECT channel FROM silver.spend_gaps'),
    tables: ['silver.spend_gaps'],
    whole: true,
  },
];

/** Keys of every table that a model makes, totals that must agree, and warnings. */
export function checks(): readonly Check[] {
  return [...loadModels().map(({ table }) => keyCheck(table)), ...reconciliations, ...warnings];
}
