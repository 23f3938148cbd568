-- gold.cac_monthly: what was spent in a month by the users who first paid in it, and how many months of an average
-- subscriber's price win that back. Every month with either is there; spend counts up to the last event (all of it
-- without events), as in gold.cac_by_channel.

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
