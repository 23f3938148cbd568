/*
description: |
  Partial of gold.weekly_cohort_retention, by month of the activity week's Monday: silver.channel_weeks over all channels.
key: [event_date, cohort_week]
partition: month(event_date) as event_month
reads:
  silver.channel_weeks: month(event_date)
columns:
  event_date: { description: The Monday of the week of activity }
  cohort_week: { description: The Monday of the week of the signup }
  retained_users: { required: true }
*/
SELECT
  CAST(event_date AS DATE) AS event_date,
  CAST(cohort_week AS DATE) AS cohort_week,
  CAST(SUM(retained_users) AS BIGINT) AS retained_users
FROM silver.channel_weeks
INNER JOIN run.days AS day ON day.date = event_date
GROUP BY event_date, cohort_week
