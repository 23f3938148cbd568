/*
description: |
  One row per user and day with activity. Activity is every event of a user except a refund, which is the company's doing.
key: [event_date, user_id]
partition: month(event_date) as event_month
reads:
  silver.events: day(event_date)
columns:
  events: { required: true, description: Events of the user on the day }
records: [activity]
*/
SELECT
  CAST(event_date AS DATE) AS event_date,
  CAST(user_id AS STRING) AS user_id,
  CAST(COUNT(*) AS BIGINT) AS events
FROM silver.events
INNER JOIN run.days AS day ON day.date = event_date
WHERE user_id IS NOT NULL AND event_type <> 'refund'
GROUP BY event_date, user_id
