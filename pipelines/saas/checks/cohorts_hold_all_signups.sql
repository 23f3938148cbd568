/*
reason: Every user with a signup must be in one cohort.
*/
SELECT cohort_week, CAST(SUM(in_cohort) AS DECIMAL(38, 4)) AS cohort_size, CAST(SUM(signed_up) AS DECIMAL(38, 4)) AS signups
FROM (
  SELECT cohort_week, CAST(cohort_size AS DECIMAL(38, 4)) AS in_cohort, CAST(0 AS DECIMAL(38, 4)) AS signed_up
  FROM gold.weekly_cohort_retention WHERE week_number = 0
  UNION ALL
  SELECT cohort_week, CAST(0 AS DECIMAL(38, 4)) AS in_cohort, CAST(1 AS DECIMAL(38, 4)) AS signed_up
  FROM silver.users WHERE signup_date IS NOT NULL
) AS sides
GROUP BY cohort_week HAVING SUM(in_cohort) <> SUM(signed_up)
