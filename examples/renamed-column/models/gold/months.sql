/*
description: Revenue by month
key: month
renamed: { umsatz: revenue } # readers of its files find it under its field id
*/
SELECT
  CAST(DATE_TRUNC('month', sold_on) AS DATE) AS month,
  CAST(SUM(net) AS DECIMAL(38,2)) AS revenue
FROM silver.sales
GROUP BY CAST(DATE_TRUNC('month', sold_on) AS DATE)
