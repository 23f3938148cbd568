-- gold.mrr_monthly: monthly recurring revenue and subscribers on the month's last day in the series, and the month's
-- movements summed. A month is complete when its own last day is in the series. pipeline §7.

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
