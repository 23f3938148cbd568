-- silver.cohort_weeks: silver.channel_weeks over all channels. pipeline §7, weekly_cohort_retention.

SELECT
  CAST(event_date AS DATE) AS event_date,
  CAST(cohort_week AS DATE) AS cohort_week,
  CAST(SUM(retained_users) AS BIGINT) AS retained_users
FROM silver.channel_weeks
INNER JOIN run.days AS day ON day.date = event_date
GROUP BY event_date, cohort_week
