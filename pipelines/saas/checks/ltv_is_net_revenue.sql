/*
reason: What all users brought in, and what came from nobody, must be the net revenue.
*/
SELECT part, CAST(SUM(brought_in) AS DECIMAL(38, 4)) AS ltv, CAST(SUM(earned) AS DECIMAL(38, 4)) AS net_revenue
FROM (
  SELECT 'all' AS part, CAST(ltv AS DECIMAL(38, 4)) AS brought_in, CAST(0 AS DECIMAL(38, 4)) AS earned
  FROM gold.ltv_per_user
  UNION ALL
  SELECT
    'all' AS part,
    CAST(CASE WHEN kind = 'purchase' THEN amount_usd ELSE -amount_usd END AS DECIMAL(38, 4)) AS brought_in,
    CAST(0 AS DECIMAL(38, 4)) AS earned
  FROM silver.payments WHERE user_id IS NULL
  UNION ALL
  SELECT 'all' AS part, CAST(0 AS DECIMAL(38, 4)) AS brought_in, CAST(net_revenue AS DECIMAL(38, 4)) AS earned
  FROM gold.daily_revenue_net
) AS sides
GROUP BY part HAVING SUM(brought_in) <> SUM(earned)
