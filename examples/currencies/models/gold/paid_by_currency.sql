/*
description: What was paid in each currency, and what it is in US dollars
key: currency
*/
SELECT
  currency,
  CAST(SUM(COALESCE(amount, amount_yen)) AS DECIMAL(38,2)) AS paid,
  CAST(SUM(COALESCE(usd, usd_of_yen)) AS DECIMAL(38,2)) AS usd
FROM silver.payments
GROUP BY currency
