-- gold.daily_revenue_gross: what was bought on each day, refunds not taken off, and by how many users; purchases of
-- nobody count as revenue and not as a purchaser. pipeline §7.

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
