-- gold.daily_active_users: distinct active users on a day, in the 7 and in the 28 days that end with it, from the first
-- to the last day with an event. Stickiness is the part of the 28 days' users who came that day. pipeline §7.

WITH calendar AS (
  SELECT date
  FROM run.days
  CROSS JOIN run.event_range
  WHERE date >= first_date AND date <= last_date
),

daily AS (
  SELECT date, COALESCE(dau, 0) AS dau, COALESCE(wau, 0) AS wau, COALESCE(mau, 0) AS mau
  FROM calendar
  LEFT JOIN silver.active_users ON event_date = date
)

SELECT
  CAST(date AS DATE) AS date,
  CAST(dau AS BIGINT) AS dau,
  CAST(wau AS BIGINT) AS wau,
  CAST(mau AS BIGINT) AS mau,
  CAST(dau AS DOUBLE) / CAST(NULLIF(mau, 0) AS DOUBLE) AS stickiness
FROM daily
