/*
reason: Every purchase must be in the gross revenue of its day, once.
*/
SELECT date, CAST(SUM(earned) AS DECIMAL(38, 4)) AS gross_revenue, CAST(SUM(paid) AS DECIMAL(38, 4)) AS purchases
FROM (
  SELECT date, CAST(gross_revenue AS DECIMAL(38, 4)) AS earned, CAST(0 AS DECIMAL(38, 4)) AS paid
  FROM gold.daily_revenue_gross
  UNION ALL
  SELECT event_date AS date, CAST(0 AS DECIMAL(38, 4)) AS earned, CAST(amount_usd AS DECIMAL(38, 4)) AS paid
  FROM silver.payments WHERE kind = 'purchase'
) AS sides
GROUP BY date HAVING SUM(earned) <> SUM(paid)
