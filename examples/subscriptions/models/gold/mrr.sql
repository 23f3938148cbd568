/*
description: Monthly recurring revenue of active subscriptions, by currency
key: currency
*/
SELECT
  s.currency,
  CAST(COUNT(DISTINCT s.id) AS BIGINT) AS subscriptions,
  CAST(SUM(i.unit_amount * i.quantity / CASE WHEN i.interval = 'year' THEN 12 ELSE 1 END) AS DECIMAL(38,2)) AS mrr
FROM silver.subscriptions AS s
JOIN silver.subscription_items AS i ON i.subscription_id = s.id
WHERE s.status = 'active'
GROUP BY s.currency
