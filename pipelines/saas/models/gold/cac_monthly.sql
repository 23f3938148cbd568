/*
description: |
  What was spent in a month by the users who first paid in it, and how many months of an average subscriber's price win that
  back. Every month with either is there; spend counts up to the last event (all of it without events), as in
  gold.cac_by_channel.
key: month
columns:
  spend: { required: true, unit: USD, min: 0 }
  paid_conversions: { required: true, min: 0, description: Users whose first payment is in the month }
  cac: { unit: USD, description: Spend per paid conversion }
  arpu: { unit: USD, description: Recurring revenue by subscriber at the month's end }
  payback_months: { description: Cost of a customer by the price of a month }
explain:
  spend:
    rows: spending
    about: spend of the month, up to the last event
    sum: spend
    where: (last_date IS NULL OR date <= last_date) AND date BETWEEN :month AND LAST_DAY(:month)
  paid_conversions:
    rows: members
    about: users whose first payment is in the month
    count: rows
    where: first_paid_date BETWEEN :month AND LAST_DAY(:month)
  cac: { about: spend / paid_conversions, ratio: [spend, paid_conversions] }
  # A month beyond the series of recurring revenue has no price.
  mrr: { rows: paying, about: price of each user with one on the month’s last day in the series, sum: price_usd }
  active_subscribers:
    { rows: paying, about: users with a price above 0 on the month’s last day in the series, count: rows }
  arpu: { about: mrr / active_subscribers, ratio: [mrr, active_subscribers] }
  payback_months: { about: cac / arpu, ratio: [cac, arpu] }
days:
  last: (SELECT MAX(date) FROM gold.mrr_daily WHERE date BETWEEN :month AND LAST_DAY(:month))
*/
WITH spend_of_month AS (
  SELECT CAST(DATE_TRUNC('month', date) AS DATE) AS spend_month, SUM(spend) AS spend
  FROM silver.marketing_spend
  CROSS JOIN run.event_range
  WHERE last_date IS NULL OR date <= last_date
  GROUP BY CAST(DATE_TRUNC('month', date) AS DATE)
),

conversions_of_month AS (
  SELECT CAST(DATE_TRUNC('month', first_paid_date) AS DATE) AS paid_month, COUNT(*) AS paid_conversions
  FROM silver.users
  WHERE first_paid_date IS NOT NULL
  GROUP BY CAST(DATE_TRUNC('month', first_paid_date) AS DATE)
),

known_month AS (
  SELECT spend_month AS month FROM spend_of_month
  UNION
  SELECT paid_month AS month FROM conversions_of_month
),

price_of_month AS (
  SELECT month AS price_month, arpu
  FROM gold.churn_monthly
),

acquisition AS (
  SELECT
    month,
    COALESCE(spend, 0) AS spend,
    COALESCE(paid_conversions, 0) AS paid_conversions,
    CAST(COALESCE(spend, 0) AS DOUBLE) / CAST(NULLIF(COALESCE(paid_conversions, 0), 0) AS DOUBLE) AS cac,
    arpu
  FROM known_month
  LEFT JOIN spend_of_month ON spend_month = month
  LEFT JOIN conversions_of_month ON paid_month = month
  LEFT JOIN price_of_month ON price_month = month
)

SELECT
  CAST(month AS DATE) AS month,
  CAST(spend AS DECIMAL(38, 4)) AS spend,
  CAST(paid_conversions AS BIGINT) AS paid_conversions,
  CAST(cac AS DOUBLE) AS cac,
  CAST(arpu AS DOUBLE) AS arpu,
  CAST(cac AS DOUBLE) / CAST(NULLIF(arpu, 0) AS DOUBLE) AS payback_months
FROM acquisition
