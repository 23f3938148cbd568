/*
description: |
  Monthly recurring revenue on every day, and what moved it since the day before.

  To leave a free plan is new or reactivated, to reach it is churn. The days go from the first start of a subscription to the
  last event; without events, to the last start.
key: date
columns:
  mrr: { required: true, unit: USD, min: 0 }
  active_subscribers: { required: true, min: 0, description: Users with a price above 0 }
  new_mrr: { required: true, unit: USD, min: 0 }
  reactivation_mrr: { required: true, unit: USD, min: 0 }
  expansion_mrr: { required: true, unit: USD, min: 0 }
  contraction_mrr: { required: true, unit: USD, min: 0 }
  churned_mrr: { required: true, unit: USD, min: 0 }
explain:
  mrr: { rows: paying, about: price of each user with one on the day, sum: price_usd }
  active_subscribers: { rows: paying, about: users with a price above 0 on the day, count: rows }
  new_mrr: { rows: first_prices, about: users’ first price above 0 on the day, sum: 'CAST(price AS DECIMAL(18, 4))' }
  reactivation_mrr:
    { rows: prices_again, about: prices of users who come back on the day, sum: 'CAST(price AS DECIMAL(18, 4))' }
  expansion_mrr:
    { rows: rises, about: rises of users’ prices on the day, sum: 'CAST(price - price_before AS DECIMAL(18, 4))' }
  contraction_mrr:
    { rows: falls, about: falls of users’ prices on the day, sum: 'CAST(price_before - price AS DECIMAL(18, 4))' }
  churned_mrr:
    { rows: ends, about: prices of users who leave on the day, sum: 'CAST(price_before AS DECIMAL(18, 4))' }
days: { first: ':date', last: ':date' }
*/
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
