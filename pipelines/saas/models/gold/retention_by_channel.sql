/*
description: |
  Of a channel's users who signed up so long ago that the week is over for them, how many were active in that week after their
  signup's. Only whole weeks count, so that rates of late weeks do not dip for being unfinished; the later the week, the fewer
  cohorts have reached it.
key: [channel, week_number]
columns:
  users: { required: true, description: Users for whom that week is over }
  retained_users: { required: true, min: 0, description: Of them those who were active }
explain:
  users:
    about: users of the channel for whom that week after their signup’s is over
    count: rows
    of: silver.users
    from: |-
      (
        SELECT user_id, signup_at, signup_date, acquisition_channel, cohort_week,
          cohort_week + CAST(7 * :week_number AS INT) AS monday
        FROM silver.users
        WHERE acquisition_channel = :channel
      ) AS member
      CROSS JOIN run.event_range
    select: user_id, signup_at, signup_date, acquisition_channel
    where: monday + CAST(6 AS INT) <= last_date
    by: user_id
    records: [signup]
  retained_users:
    about: of them, users who were active in that week
    count: rows
    of: silver.user_days
    from: |-
      (
        SELECT user_id, signup_date, cohort_week + CAST(7 * :week_number AS INT) AS monday
        FROM silver.users
        WHERE acquisition_channel = :channel
      ) AS member
      CROSS JOIN run.event_range
      INNER JOIN silver.user_days AS day ON day.user_id = member.user_id
    # Each with the last day of the week on which the user came.
    select: |-
      CAST(MAX(event_date) AS DATE) AS event_date, day.user_id,
        CAST(MAX(signup_date) AS DATE) AS signup_date, CAST(COUNT(*) AS BIGINT) AS active_days
    where: monday + CAST(6 AS INT) <= last_date AND event_date BETWEEN monday AND monday + CAST(6 AS INT)
    group: day.user_id
    by: user_id
    records: [activity, signup]
  retention_rate: { about: retained_users / users, ratio: [retained_users, users] }
*/
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
