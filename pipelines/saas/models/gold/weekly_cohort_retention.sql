/*
description: |
  Of the users who signed up in a week, how many were active in that week and in each one after it, up to the week of the last
  event; weeks in which nobody came are there with zero. A week is complete when its Sunday is not after the last event.
key: [cohort_week, week_number]
columns:
  cohort_size: { required: true, description: Users who signed up in the week }
  retained_users: { required: true, description: Of them those who were active }
  is_complete: { required: true }
explain:
  cohort_size:
    about: users who signed up in the week
    count: rows
    of: silver.users
    select: user_id, signup_at, signup_date, acquisition_channel
    where: cohort_week = :cohort_week
    records: [signup]
  retained_users:
    about: of them, users active from :monday to :sunday
    count: rows
    of: silver.user_days
    from: |-
      silver.user_days AS day
      INNER JOIN silver.users AS member ON member.user_id = day.user_id
    # Each with the last day of the week on which the user came.
    select: |-
      CAST(MAX(event_date) AS DATE) AS event_date, day.user_id,
        CAST(MAX(signup_date) AS DATE) AS signup_date, CAST(COUNT(*) AS BIGINT) AS active_days
    where: cohort_week = :cohort_week AND event_date BETWEEN :monday AND :sunday
    group: day.user_id
    by: user_id
    files: { silver.user_days: { event_date: [monday, sunday] } }
    records: [activity, signup]
  retention_rate: { about: retained_users / cohort_size, ratio: [retained_users, cohort_size] }
  is_complete:
    about: whether the week’s Sunday is not after the last event
    flag: :sunday <= last_date
    facts: { last_event_date: last_date, sunday: ':sunday' }
    from: run.event_range
days:
  monday: :cohort_week + CAST(7 * :week_number AS INT)
  sunday: :cohort_week + CAST(7 * :week_number + 6 AS INT)
*/
WITH cohort AS (
  SELECT cohort_week, COUNT(*) AS cohort_size
  FROM silver.users
  WHERE cohort_week IS NOT NULL
  GROUP BY cohort_week
),

week AS (
  SELECT DISTINCT CAST(DATE_TRUNC('week', date) AS DATE) AS monday
  FROM run.days
),

-- The distance of two weeks is that of their numbers: engines differ in what the difference of two dates is.
numbered_week AS (
  SELECT monday, last_date, ROW_NUMBER() OVER (ORDER BY monday NULLS LAST) AS number
  FROM week
  CROSS JOIN run.event_range
  WHERE monday <= last_date AND monday + CAST(6 AS INT) >= first_date
),

cohort_at_week AS (
  SELECT
    cohort.cohort_week,
    cohort.cohort_size,
    later.monday,
    later.number - signup.number AS week_number,
    later.monday + CAST(6 AS INT) <= later.last_date AS is_complete
  FROM cohort
  INNER JOIN numbered_week AS signup ON signup.monday = cohort.cohort_week
  CROSS JOIN numbered_week AS later
  WHERE later.monday >= cohort.cohort_week
),

retention AS (
  SELECT
    cohort_at_week.cohort_week,
    week_number,
    cohort_size,
    COALESCE(retained_users, 0) AS retained_users,
    is_complete
  FROM cohort_at_week
  LEFT JOIN silver.cohort_weeks AS partial
    ON partial.cohort_week = cohort_at_week.cohort_week AND event_date = monday
)

SELECT
  CAST(cohort_week AS DATE) AS cohort_week,
  CAST(week_number AS BIGINT) AS week_number,
  CAST(cohort_size AS BIGINT) AS cohort_size,
  CAST(retained_users AS BIGINT) AS retained_users,
  CAST(retained_users AS DOUBLE) / CAST(NULLIF(cohort_size, 0) AS DOUBLE) AS retention_rate,
  CAST(is_complete AS BOOLEAN) AS is_complete
FROM retention
