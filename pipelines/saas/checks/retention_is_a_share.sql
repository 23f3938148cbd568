/*
reason: No more users can be retained than a cohort has.
*/
SELECT cohort_week, week_number, cohort_size, retained_users, retention_rate FROM gold.weekly_cohort_retention
WHERE week_number < 0 OR retained_users < 0 OR retained_users > cohort_size
  OR retention_rate < 0 OR retention_rate > 1
