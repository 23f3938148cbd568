/*
description: |
  What was bought on each day, refunds not taken off, and by how many users; purchases of nobody count as revenue and not as
  a purchaser.
key: date
columns:
  gross_revenue: { required: true, unit: USD, min: 0 }
  purchases: { required: true, min: 0 }
  purchasers: { required: true, min: 0 }
explain:
  gross_revenue: { rows: bought, about: purchases of the day, sum: amount_usd }
  purchases: { rows: bought, about: purchases of the day, count: rows }
  purchasers:
    about: users with a purchase on the day
    count: rows
    rows: bought
    where: kind = 'purchase' AND event_date = :date AND user_id IS NOT NULL
    # Each by the first of the user's purchases.
    select: MIN(event_id) AS event_id, user_id, CAST(COUNT(*) AS BIGINT) AS purchases, SUM(amount_usd) AS amount_usd
    group: user_id
    by: user_id
    records: [own_event]
*/
WITH calendar AS (
  SELECT date
  FROM run.days
  CROSS JOIN run.event_range
  WHERE date >= first_date AND date <= last_date
),

purchase AS (
  SELECT
    event_date,
    SUM(amount_usd) AS gross_revenue,
    COUNT(*) AS purchases,
    COUNT(DISTINCT user_id) AS purchasers
  FROM silver.payments
  WHERE kind = 'purchase'
  GROUP BY event_date
)

SELECT
  CAST(date AS DATE) AS date,
  CAST(COALESCE(gross_revenue, 0) AS DECIMAL(38, 4)) AS gross_revenue,
  CAST(COALESCE(purchases, 0) AS BIGINT) AS purchases,
  CAST(COALESCE(purchasers, 0) AS BIGINT) AS purchasers
FROM calendar
LEFT JOIN purchase ON event_date = date
