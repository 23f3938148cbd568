/*
reason: Every refund must be taken off on the day on which it takes effect, once.
*/
SELECT date, CAST(SUM(taken_off) AS DECIMAL(38, 4)) AS refunds, CAST(SUM(given_back) AS DECIMAL(38, 4)) AS payments
FROM (
  SELECT date, CAST(refunds AS DECIMAL(38, 4)) AS taken_off, CAST(0 AS DECIMAL(38, 4)) AS given_back
  FROM gold.daily_revenue_net
  UNION ALL
  SELECT effective_date AS date, CAST(0 AS DECIMAL(38, 4)) AS taken_off, CAST(amount_usd AS DECIMAL(38, 4)) AS given_back
  FROM silver.payments WHERE kind = 'refund'
) AS sides
GROUP BY date HAVING SUM(taken_off) <> SUM(given_back)
