/*
description: |
  Partial of gold.daily_active_users, by month: distinct active users on a day, in the 7 and in the 28 days that end with it,
  for days where there are any, on past the last event.
key: event_date
partition: month(event_date) as event_month
reads:
  # A window of 28 days reaches into the month before.
  silver.user_days: month(event_date, 1, 0)
columns:
  dau: { required: true, description: Users active on the day }
  wau: { required: true, description: Users active in the 7 days that end with it }
  mau: { required: true, description: Users active in the 28 days that end with it }
*/
-- After each active day a user counts for k days, or until the next active day, whichever is sooner. These spans do not
-- overlap, so the count on a day is what began up to it less what ended up to it: a running sum instead of 28 rows for
-- every user and day.

WITH active_day AS (
  SELECT
    event_date,
    LEAD(event_date) OVER (PARTITION BY user_id ORDER BY event_date NULLS LAST) AS next_date
  FROM silver.user_days
),

span AS (
  SELECT event_date, next_date, COUNT(*) AS users
  FROM active_day
  GROUP BY event_date, next_date
),

change AS (
  SELECT event_date AS date, users AS dau, users AS week_change, users AS month_change
  FROM span

  UNION ALL

  SELECT LEAST(event_date + CAST(7 AS INT), next_date) AS date, 0 AS dau, -users AS week_change, 0 AS month_change
  FROM span

  UNION ALL

  SELECT LEAST(event_date + CAST(28 AS INT), next_date) AS date, 0 AS dau, 0 AS week_change, -users AS month_change
  FROM span

  UNION ALL

  SELECT date, 0 AS dau, 0 AS week_change, 0 AS month_change
  FROM run.days
),

daily AS (
  SELECT date, SUM(dau) AS dau, SUM(week_change) AS week_change, SUM(month_change) AS month_change
  FROM change
  GROUP BY date
),

running AS (
  SELECT
    date AS event_date,
    dau,
    SUM(week_change) OVER (ORDER BY date NULLS LAST ROWS UNBOUNDED PRECEDING) AS wau,
    SUM(month_change) OVER (ORDER BY date NULLS LAST ROWS UNBOUNDED PRECEDING) AS mau
  FROM daily
)

SELECT
  CAST(event_date AS DATE) AS event_date,
  CAST(dau AS BIGINT) AS dau,
  CAST(wau AS BIGINT) AS wau,
  CAST(mau AS BIGINT) AS mau
FROM running
INNER JOIN run.days AS day ON day.date = event_date
WHERE mau > 0
