/*
description: |
  Monthly recurring revenue and subscribers on the month's last day in the series, and the month's movements summed. A month
  is complete when its own last day is in the series.
key: month
columns:
  mrr: { required: true, unit: USD }
  active_subscribers: { required: true, description: Users with a price above 0 }
  new_mrr: { required: true, unit: USD }
  reactivation_mrr: { required: true, unit: USD }
  expansion_mrr: { required: true, unit: USD }
  contraction_mrr: { required: true, unit: USD }
  churned_mrr: { required: true, unit: USD }
  is_complete: { required: true }
explain:
  mrr: { rows: paying, about: price of each user with one on the month’s last day in the series, sum: price_usd }
  active_subscribers: { rows: paying, about: users with a price above 0 on the month’s last day in the series, count: rows }
  new_mrr: { rows: first_prices, about: users’ first price above 0 in the month, sum: 'CAST(price AS DECIMAL(18, 4))' }
  reactivation_mrr:
    { rows: prices_again, about: prices of users who come back in the month, sum: 'CAST(price AS DECIMAL(18, 4))' }
  expansion_mrr:
    { rows: rises, about: rises of users’ prices in the month, sum: 'CAST(price - price_before AS DECIMAL(18, 4))' }
  contraction_mrr:
    { rows: falls, about: falls of users’ prices in the month, sum: 'CAST(price_before - price AS DECIMAL(18, 4))' }
  churned_mrr:
    { rows: ends, about: prices of users who leave in the month, sum: 'CAST(price_before AS DECIMAL(18, 4))' }
  is_complete:
    about: whether the series has the month’s last day
    flag: :last = :last_of_month
    facts: { last_day_in_series: ':last', last_day_of_month: ':last_of_month' }
days:
  first: :month
  last: (SELECT MAX(date) FROM gold.mrr_daily WHERE date BETWEEN :month AND LAST_DAY(:month))
  last_of_month: LAST_DAY(:month)
*/
WITH monthly AS (
  SELECT
    CAST(DATE_TRUNC('month', date) AS DATE) AS month,
    MAX(date) AS last_day,
    SUM(new_mrr) AS new_mrr,
    SUM(reactivation_mrr) AS reactivation_mrr,
    SUM(expansion_mrr) AS expansion_mrr,
    SUM(contraction_mrr) AS contraction_mrr,
    SUM(churned_mrr) AS churned_mrr
  FROM gold.mrr_daily
  GROUP BY CAST(DATE_TRUNC('month', date) AS DATE)
),

day_after AS (
  SELECT date, date + CAST(1 AS INT) AS next_day, mrr, active_subscribers
  FROM gold.mrr_daily
)

SELECT
  CAST(month AS DATE) AS month,
  CAST(mrr AS DECIMAL(38, 4)) AS mrr,
  CAST(active_subscribers AS BIGINT) AS active_subscribers,
  CAST(new_mrr AS DECIMAL(38, 4)) AS new_mrr,
  CAST(reactivation_mrr AS DECIMAL(38, 4)) AS reactivation_mrr,
  CAST(expansion_mrr AS DECIMAL(38, 4)) AS expansion_mrr,
  CAST(contraction_mrr AS DECIMAL(38, 4)) AS contraction_mrr,
  CAST(churned_mrr AS DECIMAL(38, 4)) AS churned_mrr,
  CAST(CAST(DATE_TRUNC('month', next_day) AS DATE) > month AS BOOLEAN) AS is_complete
FROM monthly
INNER JOIN day_after ON date = last_day
