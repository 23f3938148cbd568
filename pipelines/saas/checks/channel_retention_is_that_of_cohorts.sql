/*
reason: Users and retained users of whole weeks must be the same in all, by channel and by cohort.
*/
SELECT week_number, CAST(SUM(by_channel) AS DECIMAL(38, 4)) AS of_channels, CAST(SUM(by_cohort) AS DECIMAL(38, 4)) AS of_cohorts
FROM (
  SELECT week_number, CAST(users + retained_users AS DECIMAL(38, 4)) AS by_channel, CAST(0 AS DECIMAL(38, 4)) AS by_cohort FROM gold.retention_by_channel
  UNION ALL
  SELECT week_number, CAST(0 AS DECIMAL(38, 4)) AS by_channel, CAST(cohort_size + retained_users AS DECIMAL(38, 4)) AS by_cohort
  FROM gold.weekly_cohort_retention WHERE is_complete
) AS sides
GROUP BY week_number HAVING SUM(by_channel) <> SUM(by_cohort)
