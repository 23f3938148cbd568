// Totals that must agree between tables, day by day where there are days.

import type { Check } from '../../../pipeline/define/spec/pipeline-spec.js';

const sum = (column: string): string => `CAST(SUM(${column}) AS DECIMAL(38, 4))`;
const none = 'CAST(0 AS DECIMAL(38, 4))';

/** Two sums over the same places; a place where they differ, or that one side lacks with anything but 0, is wrong. */
function agree(
  place: string,
  [left, leftRows]: readonly [name: string, rows: string],
  [right, rightRows]: readonly [name: string, rows: string],
): string {
  return `SELECT ${place}, ${sum('left_amount')} AS ${left}, ${sum('right_amount')} AS ${right}
    FROM (
      SELECT ${place}, CAST(amount AS DECIMAL(38, 4)) AS left_amount, ${none} AS right_amount FROM (${leftRows}) AS left_rows
      UNION ALL
      SELECT ${place}, ${none} AS left_amount, CAST(amount AS DECIMAL(38, 4)) AS right_amount FROM (${rightRows}) AS right_rows
    ) AS sides
    GROUP BY ${place} HAVING SUM(left_amount) <> SUM(right_amount)`;
}

/** Totals that must agree between tables. */
export const totalChecks: readonly Check[] = [
  {
    name: 'mrr_movements',
    severity: 'error',
    reason:
      'Recurring revenue must be that of the day before plus the movements of the day; else a change is in no movement or in two.',
    sql: `SELECT date, mrr, change, moved FROM (
      SELECT
        date,
        mrr,
        mrr - COALESCE(LAG(mrr) OVER (ORDER BY date NULLS LAST), 0) AS change,
        new_mrr + reactivation_mrr + expansion_mrr - contraction_mrr - churned_mrr AS moved
      FROM gold.mrr_daily
    ) AS steps WHERE change <> moved`,
    tables: ['gold.mrr_daily'],
    whole: true,
  },
  {
    name: 'mrr_month_ends',
    severity: 'error',
    reason: 'A month’s recurring revenue must be that of its last day.',
    sql: `SELECT month, mrr, daily_mrr FROM gold.mrr_monthly
      LEFT JOIN (
        SELECT CAST(DATE_TRUNC('month', date) AS DATE) AS daily_month, MAX_BY(mrr, date) AS daily_mrr
        FROM gold.mrr_daily GROUP BY CAST(DATE_TRUNC('month', date) AS DATE)
      ) AS month_end ON daily_month = month
      WHERE daily_mrr IS NULL OR daily_mrr <> mrr`,
    tables: ['gold.mrr_daily', 'gold.mrr_monthly'],
    whole: true,
  },
  {
    name: 'net_is_gross_less_refunds',
    severity: 'error',
    reason:
      'Net revenue must be gross revenue less refunds on every day, and gross must agree between both tables.',
    sql: `SELECT net.date, net.gross_revenue, net.refunds, net.net_revenue, gross.gross_revenue AS gross_table
      FROM gold.daily_revenue_net AS net
      LEFT JOIN gold.daily_revenue_gross AS gross ON gross.date = net.date
      WHERE net.net_revenue <> net.gross_revenue - net.refunds
        OR gross.gross_revenue IS NULL OR gross.gross_revenue <> net.gross_revenue`,
    tables: ['gold.daily_revenue_net', 'gold.daily_revenue_gross'],
    whole: true,
  },
  {
    name: 'gross_revenue_is_all_purchases',
    severity: 'error',
    reason: 'Every purchase must be in the gross revenue of its day, once.',
    sql: agree(
      'date',
      ['gross_revenue', 'SELECT date, gross_revenue AS amount FROM gold.daily_revenue_gross'],
      [
        'purchases',
        `SELECT event_date AS date, amount_usd AS amount FROM silver.payments WHERE kind = 'purchase'`,
      ],
    ),
    tables: ['gold.daily_revenue_gross', 'silver.payments'],
    whole: true,
  },
  {
    name: 'refunds_are_all_refunds',
    severity: 'error',
    reason: 'Every refund must be taken off on the day on which it takes effect, once.',
    sql: agree(
      'date',
      ['refunds', 'SELECT date, refunds AS amount FROM gold.daily_revenue_net'],
      [
        'payments',
        `SELECT effective_date AS date, amount_usd AS amount FROM silver.payments WHERE kind = 'refund'`,
      ],
    ),
    tables: ['gold.daily_revenue_net', 'silver.payments'],
    whole: true,
  },
  {
    name: 'ltv_is_net_revenue',
    severity: 'error',
    reason: 'What all users brought in, and what came from nobody, must be the net revenue.',
    sql: agree(
      'part',
      [
        'ltv',
        `SELECT 'all' AS part, ltv AS amount FROM gold.ltv_per_user
        UNION ALL
        SELECT 'all' AS part, CASE WHEN kind = 'purchase' THEN amount_usd ELSE -amount_usd END AS amount
        FROM silver.payments WHERE user_id IS NULL`,
      ],
      ['net_revenue', `SELECT 'all' AS part, net_revenue AS amount FROM gold.daily_revenue_net`],
    ),
    tables: ['gold.ltv_per_user', 'gold.daily_revenue_net', 'silver.payments'],
    whole: true,
  },
  {
    name: 'cohorts_hold_all_signups',
    severity: 'error',
    reason: 'Every user with a signup must be in one cohort.',
    sql: agree(
      'cohort_week',
      [
        'cohort_size',
        'SELECT cohort_week, cohort_size AS amount FROM gold.weekly_cohort_retention WHERE week_number = 0',
      ],
      ['signups', 'SELECT cohort_week, 1 AS amount FROM silver.users WHERE signup_date IS NOT NULL'],
    ),
    tables: ['gold.weekly_cohort_retention', 'silver.users'],
    whole: true,
  },
  {
    name: 'conversions_are_paid_customers',
    severity: 'error',
    reason: 'A channel’s paid conversions and its paid customers are the same users.',
    sql: agree(
      'channel',
      ['paid_conversions', 'SELECT channel, paid_conversions AS amount FROM gold.cac_by_channel'],
      [
        'paid_customers',
        `SELECT channel, paid_customers AS amount FROM gold.ltv_cac_ratio WHERE channel <> '(all channels)'`,
      ],
    ),
    tables: ['gold.cac_by_channel', 'gold.ltv_cac_ratio'],
    whole: true,
  },
  {
    name: 'churn_adds_up',
    severity: 'error',
    reason:
      'A month’s opening subscribers and revenue, with what was gained, lost, raised and lowered, must be those of its end.',
    sql: `SELECT churn.month, mrr, opening_mrr, gained_mrr, raised_mrr, lowered_mrr, lost_mrr, active_subscribers,
        opening_subscribers, gained_subscribers, lost_subscribers
      FROM gold.churn_monthly AS churn
      INNER JOIN gold.mrr_monthly AS monthly ON monthly.month = churn.month
      WHERE opening_mrr + gained_mrr + raised_mrr - lowered_mrr - lost_mrr <> mrr
        OR opening_subscribers + gained_subscribers - lost_subscribers <> active_subscribers`,
    tables: ['gold.churn_monthly', 'gold.mrr_monthly'],
    whole: true,
  },
  {
    name: 'funnel_holds_all_signups',
    severity: 'error',
    reason: 'Every user with a signup must be in the funnel of one month.',
    sql: agree(
      'month',
      ['signups', 'SELECT month, signups AS amount FROM gold.signup_funnel'],
      [
        'users',
        `SELECT CAST(DATE_TRUNC('month', signup_date) AS DATE) AS month, 1 AS amount
        FROM silver.users WHERE signup_date IS NOT NULL`,
      ],
    ),
    tables: ['gold.signup_funnel', 'silver.users'],
    whole: true,
  },
  {
    name: 'monthly_acquisition_is_that_of_all_channels',
    severity: 'error',
    reason: 'Spend and paid conversions must be the same in all, by month and by channel.',
    sql: agree(
      'part',
      [
        'by_month',
        `SELECT 'spend' AS part, spend AS amount FROM gold.cac_monthly
        UNION ALL
        SELECT 'conversions' AS part, paid_conversions AS amount FROM gold.cac_monthly`,
      ],
      [
        'by_channel',
        `SELECT 'spend' AS part, spend AS amount FROM gold.cac_by_channel
        UNION ALL
        SELECT 'conversions' AS part, paid_conversions AS amount FROM gold.cac_by_channel`,
      ],
    ),
    tables: ['gold.cac_monthly', 'gold.cac_by_channel'],
    whole: true,
  },
  {
    name: 'channel_retention_is_that_of_cohorts',
    severity: 'error',
    reason: 'Users and retained users of whole weeks must be the same in all, by channel and by cohort.',
    sql: agree(
      'week_number',
      ['by_channel', `SELECT week_number, users + retained_users AS amount FROM gold.retention_by_channel`],
      [
        'by_cohort',
        `SELECT week_number, cohort_size + retained_users AS amount
        FROM gold.weekly_cohort_retention WHERE is_complete`,
      ],
    ),
    tables: ['gold.retention_by_channel', 'gold.weekly_cohort_retention'],
    whole: true,
  },
];
