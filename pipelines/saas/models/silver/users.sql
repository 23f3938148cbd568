/*
description: |
  Everyone who was ever seen: one row per user of any event. The earliest signup decides the channel and the cohort, which is
  the Monday of its week; users without a signup are of channel unknown and in no cohort.
key: user_id
columns:
  cohort_week: { description: The Monday of the week of the signup }
  acquisition_channel: { required: true, description: Of the first signup; unknown without one }
  first_paid_date: { description: The day of the first paid conversion }
records: [signup, conversion]
*/
WITH person AS (
  SELECT user_id, MIN(first_paid_date) AS first_paid_date
  FROM silver.user_months
  GROUP BY user_id
),

signup AS (
  SELECT
    user_id AS signup_user_id,
    signup_at,
    signup_date,
    acquisition_channel,
    ROW_NUMBER() OVER (
      PARTITION BY user_id ORDER BY signup_at NULLS LAST, signup_event_id NULLS LAST
    ) AS rank
  FROM silver.user_months
  WHERE signup_event_id IS NOT NULL
),

first_signup AS (
  SELECT signup_user_id, signup_at, signup_date, acquisition_channel
  FROM signup
  WHERE rank = 1
)

SELECT
  CAST(user_id AS STRING) AS user_id,
  CAST(signup_at AS TIMESTAMP) AS signup_at,
  CAST(signup_date AS DATE) AS signup_date,
  CAST(DATE_TRUNC('week', signup_date) AS DATE) AS cohort_week,
  CAST(COALESCE(acquisition_channel, 'unknown') AS STRING) AS acquisition_channel,
  CAST(first_paid_date AS DATE) AS first_paid_date
FROM person
LEFT JOIN first_signup ON signup_user_id = user_id
