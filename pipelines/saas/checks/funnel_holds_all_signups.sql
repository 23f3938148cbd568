/*
reason: Every user with a signup must be in the funnel of one month.
*/
SELECT month, CAST(SUM(in_funnel) AS DECIMAL(38, 4)) AS signups, CAST(SUM(signed_up) AS DECIMAL(38, 4)) AS users
FROM (
  SELECT month, CAST(signups AS DECIMAL(38, 4)) AS in_funnel, CAST(0 AS DECIMAL(38, 4)) AS signed_up FROM gold.signup_funnel
  UNION ALL
  SELECT CAST(DATE_TRUNC('month', signup_date) AS DATE) AS month, CAST(0 AS DECIMAL(38, 4)) AS in_funnel, CAST(1 AS DECIMAL(38, 4)) AS signed_up
  FROM silver.users WHERE signup_date IS NOT NULL
) AS sides
GROUP BY month HAVING SUM(in_funnel) <> SUM(signed_up)
