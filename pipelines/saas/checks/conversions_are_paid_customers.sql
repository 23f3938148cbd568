/*
reason: A channel’s paid conversions and its paid customers are the same users.
*/
SELECT channel, CAST(SUM(converted) AS DECIMAL(38, 4)) AS paid_conversions, CAST(SUM(paid) AS DECIMAL(38, 4)) AS paid_customers
FROM (
  SELECT channel, CAST(paid_conversions AS DECIMAL(38, 4)) AS converted, CAST(0 AS DECIMAL(38, 4)) AS paid
  FROM gold.cac_by_channel
  UNION ALL
  SELECT channel, CAST(0 AS DECIMAL(38, 4)) AS converted, CAST(paid_customers AS DECIMAL(38, 4)) AS paid
  FROM gold.ltv_cac_ratio WHERE channel <> '(all channels)'
) AS sides
GROUP BY channel HAVING SUM(converted) <> SUM(paid)
