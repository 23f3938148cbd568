/*
description: |
  Purchases less refunds. A refund counts on the day on which it takes effect, which is never before its purchase.
key: date
columns:
  gross_revenue: { required: true, unit: USD, min: 0 }
  refunds: { required: true, unit: USD, min: 0 }
  refund_count: { required: true, min: 0 }
  net_revenue: { required: true, unit: USD }
explain:
  gross_revenue: { rows: bought, about: purchases of the day, sum: amount_usd }
  refunds: { rows: refunded, about: refunds that take effect on the day, sum: amount_usd }
  refund_count: { rows: refunded, about: refunds that take effect on the day, count: rows }
  net_revenue: { about: gross_revenue less refunds, difference: [gross_revenue, refunds] }
*/
WITH calendar AS (
  SELECT date
  FROM run.days
  CROSS JOIN run.event_range
  WHERE date >= first_date AND date <= last_date
),

purchase AS (
  SELECT event_date AS purchase_date, SUM(amount_usd) AS gross_revenue
  FROM silver.payments
  WHERE kind = 'purchase'
  GROUP BY event_date
),

refund AS (
  SELECT effective_date AS refund_date, SUM(amount_usd) AS refunds, COUNT(*) AS refund_count
  FROM silver.payments
  WHERE kind = 'refund'
  GROUP BY effective_date
),

daily AS (
  SELECT
    date,
    CAST(COALESCE(gross_revenue, 0) AS DECIMAL(38, 4)) AS gross_revenue,
    CAST(COALESCE(refunds, 0) AS DECIMAL(38, 4)) AS refunds,
    COALESCE(refund_count, 0) AS refund_count
  FROM calendar
  LEFT JOIN purchase ON purchase_date = date
  LEFT JOIN refund ON refund_date = date
)

SELECT
  CAST(date AS DATE) AS date,
  CAST(gross_revenue AS DECIMAL(38, 4)) AS gross_revenue,
  CAST(refunds AS DECIMAL(38, 4)) AS refunds,
  CAST(refund_count AS BIGINT) AS refund_count,
  CAST(gross_revenue - refunds AS DECIMAL(38, 4)) AS net_revenue
FROM daily
