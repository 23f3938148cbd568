/*
description: What was charged and given back, by month
key: month
columns:
  net: { description: Charges less refunds, unit: EUR }
*/
SELECT
  CAST(DATE_TRUNC('month', booked_on) AS DATE) AS month,
  CAST(SUM(CASE WHEN kind = 'charge' THEN amount ELSE 0 END) AS DECIMAL(38,2)) AS charged,
  CAST(SUM(CASE WHEN kind = 'refund' THEN amount ELSE 0 END) AS DECIMAL(38,2)) AS refunded,
  CAST(SUM(CASE kind WHEN 'charge' THEN amount WHEN 'refund' THEN -amount ELSE 0 END) AS DECIMAL(38,2)) AS net
FROM silver.bookings
GROUP BY CAST(DATE_TRUNC('month', booked_on) AS DATE)
