-- gold.signup_funnel: of the users who signed up in a month, how many ever tried the product, how many ever paid, and
-- how many did both. A trial counts from its start; a converted one without a start counts, too.

WITH member AS (
  SELECT user_id, CAST(DATE_TRUNC('month', signup_date) AS DATE) AS month, first_paid_date
  FROM silver.users
  WHERE signup_date IS NOT NULL
),

trial AS (
  SELECT user_id AS trial_user_id, MIN(first_trial_date) AS first_trial_date
  FROM silver.user_months
  WHERE first_trial_date IS NOT NULL
  GROUP BY user_id
),

funnel AS (
  SELECT
    month,
    COUNT(*) AS signups,
    COUNT(first_trial_date) AS trials,
    COUNT(first_paid_date) AS paid,
    SUM(CASE WHEN first_trial_date IS NOT NULL AND first_paid_date IS NOT NULL THEN 1 ELSE 0 END) AS paid_trials
  FROM member
  LEFT JOIN trial ON trial_user_id = user_id
  GROUP BY month
)

SELECT
  CAST(month AS DATE) AS month,
  CAST(signups AS BIGINT) AS signups,
  CAST(trials AS BIGINT) AS trials,
  CAST(paid_trials AS BIGINT) AS paid_trials,
  CAST(paid AS BIGINT) AS paid,
  CAST(trials AS DOUBLE) / CAST(NULLIF(signups, 0) AS DOUBLE) AS trial_rate,
  CAST(paid_trials AS DOUBLE) / CAST(NULLIF(trials, 0) AS DOUBLE) AS trial_paid_rate,
  CAST(paid AS DOUBLE) / CAST(NULLIF(signups, 0) AS DOUBLE) AS paid_rate
FROM funnel
