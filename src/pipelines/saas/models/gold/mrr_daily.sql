-- gold.mrr_daily: monthly recurring revenue on every day, and what moved it since the day before. pipeline §7.
--
-- To leave a free plan is new or reactivated, to reach it is churn. The days go from the first start of a subscription
-- to the last event; without events, to the last start.

WITH movement AS (
  SELECT
    date AS movement_date,
    SUM(price - price_before) AS mrr_change,
    SUM(CASE WHEN price > 0 THEN 1 ELSE 0 END) - SUM(CASE WHEN price_before > 0 THEN 1 ELSE 0 END) AS subscriber_change,
    SUM(CASE WHEN price_before = 0 AND highest_before = 0 THEN price ELSE 0 END) AS new_mrr,
    SUM(CASE WHEN price_before = 0 AND highest_before > 0 THEN price ELSE 0 END) AS reactivation_mrr,
    SUM(CASE WHEN price_before > 0 AND price > price_before THEN price - price_before ELSE 0 END) AS expansion_mrr,
    SUM(CASE WHEN price > 0 AND price < price_before THEN price_before - price ELSE 0 END) AS contraction_mrr,
    SUM(CASE WHEN price = 0 THEN price_before ELSE 0 END) AS churned_mrr
  FROM silver.user_prices
  GROUP BY date
),

series AS (
  SELECT MIN(start_date) AS first_day, COALESCE(MAX(last_date), MAX(start_date)) AS last_day
  FROM silver.subscriptions
  CROSS JOIN run.event_range
),

calendar AS (
  SELECT date
  FROM run.days
  CROSS JOIN series
  WHERE date >= first_day AND date <= last_day
),

daily AS (
  SELECT
    date,
    COALESCE(mrr_change, 0) AS mrr_change,
    COALESCE(subscriber_change, 0) AS subscriber_change,
    COALESCE(new_mrr, 0) AS new_mrr,
    COALESCE(reactivation_mrr, 0) AS reactivation_mrr,
    COALESCE(expansion_mrr, 0) AS expansion_mrr,
    COALESCE(contraction_mrr, 0) AS contraction_mrr,
    COALESCE(churned_mrr, 0) AS churned_mrr
  FROM calendar
  LEFT JOIN movement ON movement_date = date
)

SELECT
  CAST(date AS DATE) AS date,
  CAST(SUM(mrr_change) OVER (ORDER BY date NULLS LAST ROWS UNBOUNDED PRECEDING) AS DECIMAL(38, 4)) AS mrr,
  CAST(SUM(subscriber_change) OVER (ORDER BY date NULLS LAST ROWS UNBOUNDED PRECEDING) AS BIGINT) AS active_subscribers,
  CAST(new_mrr AS DECIMAL(38, 4)) AS new_mrr,
  CAST(reactivation_mrr AS DECIMAL(38, 4)) AS reactivation_mrr,
  CAST(expansion_mrr AS DECIMAL(38, 4)) AS expansion_mrr,
  CAST(contraction_mrr AS DECIMAL(38, 4)) AS contraction_mrr,
  CAST(churned_mrr AS DECIMAL(38, 4)) AS churned_mrr
FROM daily
