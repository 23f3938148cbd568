-- gold.churn_monthly: the customers of a month's beginning, compared with what they pay at its end: who left, who pays
-- more or less, and the rates of that. Those who came in the month are beside it. gold.mrr_monthly sums the movements
-- of the days instead, where a user may come and go within a month.
--
-- Logo churn counts customers, revenue churn their prices. Gross retention is what is left of the opening revenue,
-- net retention with what the same customers pay more. Every rate is of the opening figure.

WITH series AS (
  SELECT MAX(date) AS last_day
  FROM gold.mrr_daily
),

ranked AS (
  SELECT
    user_id,
    CAST(DATE_TRUNC('month', date) AS DATE) AS month,
    price,
    ROW_NUMBER() OVER (
      PARTITION BY user_id, CAST(DATE_TRUNC('month', date) AS DATE) ORDER BY date DESC NULLS LAST
    ) AS rank
  FROM silver.user_prices
  CROSS JOIN series
  WHERE date <= last_day
),

month_end AS (
  SELECT
    user_id,
    month,
    price,
    COALESCE(LAG(price) OVER (PARTITION BY user_id ORDER BY month NULLS LAST), 0) AS price_before
  FROM ranked
  WHERE rank = 1
),

movement AS (
  SELECT
    month AS movement_month,
    SUM(CASE WHEN price_before = 0 AND price > 0 THEN 1 ELSE 0 END) AS gained_subscribers,
    SUM(CASE WHEN price_before > 0 AND price = 0 THEN 1 ELSE 0 END) AS lost_subscribers,
    SUM(CASE WHEN price_before = 0 THEN price ELSE 0 END) AS gained_mrr,
    SUM(CASE WHEN price_before > 0 AND price > price_before THEN price - price_before ELSE 0 END) AS raised_mrr,
    SUM(CASE WHEN price > 0 AND price < price_before THEN price_before - price ELSE 0 END) AS lowered_mrr,
    SUM(CASE WHEN price = 0 THEN price_before ELSE 0 END) AS lost_mrr
  FROM month_end
  GROUP BY month
),

standing AS (
  SELECT
    month,
    COALESCE(LAG(active_subscribers) OVER (ORDER BY month NULLS LAST), 0) AS opening_subscribers,
    COALESCE(LAG(mrr) OVER (ORDER BY month NULLS LAST), CAST(0 AS DECIMAL(38, 4))) AS opening_mrr,
    active_subscribers,
    mrr,
    is_complete
  FROM gold.mrr_monthly
),

churn AS (
  SELECT
    month,
    opening_subscribers,
    COALESCE(gained_subscribers, 0) AS gained_subscribers,
    COALESCE(lost_subscribers, 0) AS lost_subscribers,
    active_subscribers,
    CAST(opening_mrr AS DECIMAL(38, 4)) AS opening_mrr,
    CAST(COALESCE(gained_mrr, 0) AS DECIMAL(38, 4)) AS gained_mrr,
    CAST(COALESCE(raised_mrr, 0) AS DECIMAL(38, 4)) AS raised_mrr,
    CAST(COALESCE(lowered_mrr, 0) AS DECIMAL(38, 4)) AS lowered_mrr,
    CAST(COALESCE(lost_mrr, 0) AS DECIMAL(38, 4)) AS lost_mrr,
    CAST(mrr AS DECIMAL(38, 4)) AS mrr,
    is_complete
  FROM standing
  LEFT JOIN movement ON movement_month = month
)

SELECT
  CAST(month AS DATE) AS month,
  CAST(opening_subscribers AS BIGINT) AS opening_subscribers,
  CAST(gained_subscribers AS BIGINT) AS gained_subscribers,
  CAST(lost_subscribers AS BIGINT) AS lost_subscribers,
  CAST(opening_mrr AS DECIMAL(38, 4)) AS opening_mrr,
  CAST(gained_mrr AS DECIMAL(38, 4)) AS gained_mrr,
  CAST(raised_mrr AS DECIMAL(38, 4)) AS raised_mrr,
  CAST(lowered_mrr AS DECIMAL(38, 4)) AS lowered_mrr,
  CAST(lost_mrr AS DECIMAL(38, 4)) AS lost_mrr,
  CAST(lost_subscribers AS DOUBLE) / CAST(NULLIF(opening_subscribers, 0) AS DOUBLE) AS logo_churn,
  CAST(lost_mrr AS DOUBLE) / CAST(NULLIF(opening_mrr, 0) AS DOUBLE) AS revenue_churn,
  CAST(opening_mrr - lowered_mrr - lost_mrr AS DOUBLE) / CAST(NULLIF(opening_mrr, 0) AS DOUBLE) AS gross_retention,
  CAST(opening_mrr + raised_mrr - lowered_mrr - lost_mrr AS DOUBLE)
  / CAST(NULLIF(opening_mrr, 0) AS DOUBLE) AS net_retention,
  CAST(mrr AS DOUBLE) / CAST(NULLIF(active_subscribers, 0) AS DOUBLE) AS arpu,
  CAST(is_complete AS BOOLEAN) AS is_complete
FROM churn
