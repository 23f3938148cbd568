/*
reason: Spend and paid conversions must be the same in all, by month and by channel.
*/
SELECT part, CAST(SUM(by_month) AS DECIMAL(38, 4)) AS of_months, CAST(SUM(by_channel) AS DECIMAL(38, 4)) AS of_channels
FROM (
  SELECT 'spend' AS part, CAST(spend AS DECIMAL(38, 4)) AS by_month, CAST(0 AS DECIMAL(38, 4)) AS by_channel FROM gold.cac_monthly
  UNION ALL
  SELECT 'conversions' AS part, CAST(paid_conversions AS DECIMAL(38, 4)) AS by_month, CAST(0 AS DECIMAL(38, 4)) AS by_channel FROM gold.cac_monthly
  UNION ALL
  SELECT 'spend' AS part, CAST(0 AS DECIMAL(38, 4)) AS by_month, CAST(spend AS DECIMAL(38, 4)) AS by_channel FROM gold.cac_by_channel
  UNION ALL
  SELECT 'conversions' AS part, CAST(0 AS DECIMAL(38, 4)) AS by_month, CAST(paid_conversions AS DECIMAL(38, 4)) AS by_channel FROM gold.cac_by_channel
) AS sides
GROUP BY part HAVING SUM(by_month) <> SUM(by_channel)
