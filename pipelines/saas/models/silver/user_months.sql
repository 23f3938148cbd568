/*
description: |
  Partial of silver.users, by month: one row per month and user with any event in it, and what the month knows of the user,
  the earliest signup and the first days with a trial and with a paid conversion. silver.users folds over these rows instead of
  all events, so that a change in one month leaves the work of the others done.
key: [event_date, user_id]
partition: month(event_date) as event_month
reads:
  silver.user_days: month(event_date)
  silver.user_milestones: month(event_date)
columns:
  event_date: { description: The first day of the month }
*/
WITH milestone AS (
  SELECT
    CAST(DATE_TRUNC('month', event_date) AS DATE) AS month,
    user_id,
    event_date,
    signup_at,
    signup_event_id,
    acquisition_channel,
    is_paid,
    is_trial
  FROM silver.user_milestones
),

user_month AS (
  SELECT CAST(DATE_TRUNC('month', event_date) AS DATE) AS month, user_id FROM silver.user_days
  UNION
  SELECT month, user_id FROM milestone
),

signup AS (
  SELECT
    month AS signup_month,
    user_id AS signup_user_id,
    event_date AS signup_date,
    signup_at,
    signup_event_id,
    acquisition_channel,
    ROW_NUMBER() OVER (
      PARTITION BY month, user_id ORDER BY signup_at NULLS LAST, signup_event_id NULLS LAST
    ) AS rank
  FROM milestone
  WHERE signup_event_id IS NOT NULL
),

first_signup AS (
  SELECT signup_month, signup_user_id, signup_date, signup_at, signup_event_id, acquisition_channel
  FROM signup
  WHERE rank = 1
),

conversion AS (
  SELECT month AS paid_month, user_id AS paid_user_id, MIN(event_date) AS first_paid_date
  FROM milestone
  WHERE is_paid
  GROUP BY month, user_id
),

trial AS (
  SELECT month AS trial_month, user_id AS trial_user_id, MIN(event_date) AS first_trial_date
  FROM milestone
  WHERE is_trial
  GROUP BY month, user_id
)

SELECT
  CAST(month AS DATE) AS event_date,
  CAST(user_id AS STRING) AS user_id,
  CAST(signup_at AS TIMESTAMP) AS signup_at,
  CAST(signup_date AS DATE) AS signup_date,
  CAST(signup_event_id AS STRING) AS signup_event_id,
  CAST(acquisition_channel AS STRING) AS acquisition_channel,
  CAST(first_paid_date AS DATE) AS first_paid_date,
  CAST(first_trial_date AS DATE) AS first_trial_date
FROM user_month
INNER JOIN run.days AS day ON day.date = month
LEFT JOIN first_signup ON signup_user_id = user_id AND signup_month = month
LEFT JOIN conversion ON paid_user_id = user_id AND paid_month = month
LEFT JOIN trial ON trial_user_id = user_id AND trial_month = month
