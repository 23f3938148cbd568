-- gold.retention_by_channel: of a channel's users who signed up so long ago that the week is over for them, how many
-- were active in that week after their signup's. Only whole weeks count, so that rates of late weeks do not dip for
-- being unfinished; the later the week, the fewer cohorts have reached it.

WITH week AS (
  SELECT DISTINCT CAST(DATE_TRUNC('week', date) AS DATE) AS monday
  FROM run.days
),

-- The distance of two weeks is that of their numbers: engines differ in what the difference of two dates is.
whole_week AS (
  SELECT monday, ROW_NUMBER() OVER (ORDER BY monday NULLS LAST) AS number
  FROM week
  CROSS JOIN run.event_range
  WHERE monday + CAST(6 AS INT) <= last_date AND monday + CAST(6 AS INT) >= first_date
),

last_week AS (
  SELECT MAX(number) AS last_number
  FROM whole_week
),

signup AS (
  SELECT acquisition_channel AS channel, number, COUNT(*) AS signups
  FROM silver.users
  INNER JOIN whole_week ON monday = cohort_week
  GROUP BY acquisition_channel, number
),

known_channel AS (
  SELECT DISTINCT channel
  FROM signup
),

channel_week AS (
  SELECT channel AS week_channel, number AS signup_number
  FROM known_channel
  CROSS JOIN whole_week
),

-- Everyone who signed up in a week or before has reached the week number that lies between it and the last whole week.
reached AS (
  SELECT
    week_channel,
    signup_number,
    SUM(COALESCE(signups, 0)) OVER (
      PARTITION BY week_channel ORDER BY signup_number NULLS LAST ROWS UNBOUNDED PRECEDING
    ) AS users
  FROM channel_week
  LEFT JOIN signup ON channel = week_channel AND number = signup_number
),

asked AS (
  SELECT week_channel AS channel, last_number - signup_number AS week_number, users
  FROM reached
  CROSS JOIN last_week
  WHERE users > 0
),

retained AS (
  SELECT
    acquisition_channel AS retained_channel,
    later.number - joined.number AS retained_number,
    SUM(retained_users) AS retained_users
  FROM silver.channel_weeks
  INNER JOIN whole_week AS later ON later.monday = event_date
  INNER JOIN whole_week AS joined ON joined.monday = cohort_week
  GROUP BY acquisition_channel, later.number - joined.number
),

retention AS (
  SELECT channel, week_number, users, COALESCE(retained_users, 0) AS retained_users
  FROM asked
  LEFT JOIN retained ON retained_channel = channel AND retained_number = week_number
)

SELECT
  CAST(channel AS STRING) AS channel,
  CAST(week_number AS BIGINT) AS week_number,
  CAST(users AS BIGINT) AS users,
  CAST(retained_users AS BIGINT) AS retained_users,
  CAST(retained_users AS DOUBLE) / CAST(NULLIF(users, 0) AS DOUBLE) AS retention_rate
FROM retention
