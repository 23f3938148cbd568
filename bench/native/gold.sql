-- The other gold tables.

CREATE TABLE daily_active_users AS
WITH visits AS (
  SELECT user_id, event_date AS date, lead(event_date, 1, DATE '9999-01-01') OVER (PARTITION BY user_id ORDER BY event_date) AS next FROM user_days
), edges AS (
  -- A visit counts for its user until the next one, or until the window has passed.
  SELECT date, count(*) AS dau, count(*) AS wau, count(*) AS mau FROM visits GROUP BY date
  UNION ALL SELECT least(date + 7, next), 0, -count(*), 0 FROM visits GROUP BY 1
  UNION ALL SELECT least(date + 28, next), 0, 0, -count(*) FROM visits GROUP BY 1
), daily AS (
  SELECT date, sum(e.dau) AS dau, sum(e.wau) AS wau, sum(e.mau) AS mau FROM edges e GROUP BY date
), counted AS (
  SELECT date, coalesce(dau, 0)::BIGINT AS dau, sum(coalesce(wau, 0)) OVER (ORDER BY date)::BIGINT AS wau,
    sum(coalesce(mau, 0)) OVER (ORDER BY date)::BIGINT AS mau
  FROM days LEFT JOIN daily USING (date)
)
SELECT *, dau::DOUBLE / nullif(mau, 0)::DOUBLE AS stickiness FROM counted ORDER BY date;

CREATE TABLE daily_revenue_gross AS
SELECT date, coalesce(sum(amount_usd), 0)::DECIMAL(38, 4) AS gross_revenue, count(event_id) AS purchases,
  count(DISTINCT user_id) AS purchasers
FROM days LEFT JOIN (SELECT * FROM payments WHERE kind = 'purchase') ON event_date = date GROUP BY date ORDER BY date;

CREATE TABLE daily_revenue_net AS
WITH refunded AS (
  SELECT effective_date AS date, sum(amount_usd) AS refunds, count(*) AS refund_count FROM payments WHERE kind = 'refund' GROUP BY 1
)
SELECT date, gross_revenue, coalesce(refunds, 0)::DECIMAL(38, 4) AS refunds, coalesce(refund_count, 0) AS refund_count,
  (gross_revenue - coalesce(refunds, 0))::DECIMAL(38, 4) AS net_revenue
FROM daily_revenue_gross LEFT JOIN refunded USING (date) ORDER BY date;

CREATE TABLE weekly_cohort_retention AS
WITH cohorts AS (
  SELECT cohort_week, count(*) AS cohort_size FROM users WHERE cohort_week IS NOT NULL GROUP BY 1
), grid AS (
  SELECT cohort_week, cohort_size, unnest(range(0, (date_trunc('week', last_day)::DATE - cohort_week) // 7 + 1)) AS week_number, last_day
  FROM cohorts, span
), active AS (
  SELECT cohort_week, (week - cohort_week) // 7 AS week_number, count(*) AS retained_users
  FROM (SELECT DISTINCT user_id, date_trunc('week', event_date)::DATE AS week FROM user_days) JOIN users USING (user_id)
  WHERE week >= cohort_week GROUP BY ALL
)
SELECT cohort_week, week_number, cohort_size, coalesce(retained_users, 0) AS retained_users,
  coalesce(retained_users, 0)::DOUBLE / cohort_size::DOUBLE AS retention_rate,
  cohort_week + (7 * week_number + 6)::INTEGER <= last_day AS is_complete
FROM grid LEFT JOIN active USING (cohort_week, week_number) ORDER BY cohort_week, week_number;

CREATE TABLE ltv_per_user AS
WITH paid AS (
  SELECT user_id, count(*) FILTER (kind = 'purchase') AS purchases, sum(amount_usd) FILTER (kind = 'purchase') AS gross_revenue,
    sum(amount_usd) FILTER (kind = 'refund') AS refunds
  FROM payments WHERE user_id IS NOT NULL GROUP BY user_id
)
SELECT user_id, acquisition_channel, signup_date, first_paid_date, coalesce(purchases, 0) AS purchases,
  coalesce(gross_revenue, 0)::DECIMAL(38, 4) AS gross_revenue, coalesce(refunds, 0)::DECIMAL(38, 4) AS refunds,
  (coalesce(gross_revenue, 0) - coalesce(refunds, 0))::DECIMAL(38, 4) AS ltv
FROM users LEFT JOIN paid USING (user_id) ORDER BY user_id;

CREATE TABLE channels AS
WITH spent AS (
  SELECT channel, sum(spend) AS spend FROM marketing_spend, span WHERE last_day IS NULL OR date <= last_day GROUP BY channel
), converted AS (
  SELECT acquisition_channel AS channel, count(*) AS customers, sum(ltv) AS ltv FROM ltv_per_user WHERE first_paid_date IS NOT NULL GROUP BY 1
)
SELECT channel, coalesce(spend, 0)::DECIMAL(38, 4) AS spend, coalesce(customers, 0) AS customers, coalesce(ltv, 0)::DECIMAL(38, 4) AS ltv
FROM spent FULL JOIN converted USING (channel);

CREATE TABLE cac_by_channel AS
SELECT channel, spend, customers AS paid_conversions, spend::DOUBLE / nullif(customers, 0)::DOUBLE AS cac FROM channels ORDER BY channel;

CREATE TABLE ltv_cac_ratio AS
WITH totals AS (
  FROM channels UNION ALL BY NAME
  SELECT '(all channels)' AS channel, coalesce(sum(spend), 0)::DECIMAL(38, 4) AS spend, coalesce(sum(customers), 0)::BIGINT AS customers,
    coalesce(sum(ltv), 0)::DECIMAL(38, 4) AS ltv FROM channels
), ratios AS (
  SELECT channel, customers AS paid_customers, ltv AS total_ltv, ltv::DOUBLE / nullif(customers, 0)::DOUBLE AS avg_ltv,
    spend::DOUBLE / nullif(customers, 0)::DOUBLE AS cac FROM totals
)
SELECT *, avg_ltv / nullif(cac, 0) AS ltv_cac_ratio FROM ratios ORDER BY channel;
