-- gold.weekly_cohort_retention: of the users who signed up in a week, how many were active in that week and in each one
-- after it, up to the week of the last event; weeks in which nobody came are there with zero. A week is complete when
-- its Sunday is not after the last event. pipeline §7.

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
