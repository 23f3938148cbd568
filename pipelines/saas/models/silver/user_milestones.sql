/*
description: |
  Partial of silver.users, by day: one row per user and day with a signup, a trial, a paid conversion or a refund. Of several
  signups on a day the earliest counts. A trial starts on the day, or is converted. A paid conversion is a converted trial or a
  purchase of more than nothing; a refund is here because its user may have no other event.
key: [event_date, user_id]
partition: month(event_date) as event_month
reads:
  silver.events: day(event_date)
columns:
  is_paid: { required: true, description: Whether the user paid on the day }
  is_trial: { required: true, description: Whether the user was on trial on the day }
*/
WITH milestone AS (
  SELECT
    event_date,
    user_id,
    event_id,
    event_ts,
    event_type,
    acquisition_channel,
    CASE WHEN event_type IN ('trial_convert', 'purchase') THEN 1 ELSE 0 END AS paid,
    CASE WHEN event_type IN ('trial_start', 'trial_convert') THEN 1 ELSE 0 END AS trial
  FROM silver.events
  INNER JOIN run.days AS day ON day.date = event_date
  WHERE
    user_id IS NOT NULL
    AND (
      event_type IN ('signup', 'trial_start', 'trial_convert', 'refund')
      OR (event_type = 'purchase' AND amount_usd > 0)
    )
),

user_day AS (
  SELECT event_date, user_id, MAX(paid) AS paid, MAX(trial) AS trial
  FROM milestone
  GROUP BY event_date, user_id
),

signup AS (
  SELECT
    event_date AS signup_date,
    user_id AS signup_user_id,
    event_ts AS signup_at,
    event_id AS signup_event_id,
    acquisition_channel,
    ROW_NUMBER() OVER (
      PARTITION BY event_date, user_id ORDER BY event_ts NULLS LAST, event_id NULLS LAST
    ) AS rank
  FROM milestone
  WHERE event_type = 'signup'
),

first_signup AS (
  SELECT signup_date, signup_user_id, signup_at, signup_event_id, acquisition_channel
  FROM signup
  WHERE rank = 1
)

SELECT
  CAST(event_date AS DATE) AS event_date,
  CAST(user_id AS STRING) AS user_id,
  CAST(signup_at AS TIMESTAMP) AS signup_at,
  CAST(signup_event_id AS STRING) AS signup_event_id,
  CAST(acquisition_channel AS STRING) AS acquisition_channel,
  CAST(paid = 1 AS BOOLEAN) AS is_paid,
  CAST(trial = 1 AS BOOLEAN) AS is_trial
FROM user_day
LEFT JOIN first_signup ON signup_user_id = user_id AND signup_date = event_date
