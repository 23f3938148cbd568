/*
description: Revenue by day, of orders that are paid
key: day
partition: month(day)
reads:
  silver.orders: month(ordered_on)
explain:
  revenue: { sum: total, of: silver.orders, where: "ordered_on = :day AND status = 'paid'" }
*/
SELECT
  ordered_on AS day,
  CAST(COUNT(*) AS BIGINT) AS orders,
  CAST(SUM(total) AS DECIMAL(38,2)) AS revenue
FROM silver.orders
WHERE status = 'paid'
GROUP BY ordered_on
