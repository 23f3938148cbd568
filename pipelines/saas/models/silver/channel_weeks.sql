/*
description: |
  Partial of gold.retention_by_channel, by month of the activity week's Monday: how many users of each
  signup week and channel were active in each later week, or in that week itself; weeks begin on Mondays, weeks without anyone
  have no row. Activity before the week of the signup does not count.
key: [event_date, cohort_week, acquisition_channel]
partition: month(event_date) as event_month
reads:
  # A week belongs to the month of its Monday and may end in the next.
  silver.user_days: month(event_date, 0, 1)
  silver.users: from(cohort_week)
columns:
  event_date: { description: The Monday of the week of activity }
  cohort_week: { description: The Monday of the week of the signup }
  retained_users: { required: true }
*/
WITH active_week AS (
  SELECT DISTINCT user_id, CAST(DATE_TRUNC('week', event_date) AS DATE) AS monday
  FROM silver.user_days
),

retained AS (
  SELECT monday, cohort_week, acquisition_channel
  FROM active_week
  INNER JOIN silver.users AS member ON member.user_id = active_week.user_id
  WHERE cohort_week IS NOT NULL AND cohort_week <= monday
)

SELECT
  CAST(monday AS DATE) AS event_date,
  CAST(cohort_week AS DATE) AS cohort_week,
  CAST(acquisition_channel AS STRING) AS acquisition_channel,
  CAST(COUNT(*) AS BIGINT) AS retained_users
FROM retained
INNER JOIN run.days AS day ON day.date = monday
GROUP BY monday, cohort_week, acquisition_channel
