/*
reason: A month’s recurring revenue must be that of its last day.
*/
SELECT month, mrr, daily_mrr FROM gold.mrr_monthly
LEFT JOIN (
  SELECT CAST(DATE_TRUNC('month', date) AS DATE) AS daily_month, MAX_BY(mrr, date) AS daily_mrr
  FROM gold.mrr_daily GROUP BY CAST(DATE_TRUNC('month', date) AS DATE)
) AS month_end ON daily_month = month
WHERE daily_mrr IS NULL OR daily_mrr <> mrr
