/*
description: |
  Distinct active users on a day, in the 7 and in the 28 days that end with it, from the first to the last day with an event.
  Stickiness is the part of the 28 days' users who came that day.
key: date
columns:
  dau: { required: true }
  wau: { required: true }
  mau: { required: true }
explain:
  dau: &active
    about: users active on the day
    of: silver.user_days
    select: CAST(MAX(event_date) AS DATE) AS event_date, user_id, CAST(COUNT(*) AS BIGINT) AS active_days
    where: event_date BETWEEN :date AND :date
    # Each with the last day of activity.
    group: user_id
    by: user_id
    files: { silver.user_days: { event_date: [date, date] } }
  wau:
    <<: *active
    about: users active in the 7 days that end with it
    where: event_date BETWEEN :first_of_7 AND :date
    files: { silver.user_days: { event_date: [first_of_7, date] } }
  mau:
    <<: *active
    about: users active in the 28 days that end with it
    where: event_date BETWEEN :first_of_28 AND :date
    files: { silver.user_days: { event_date: [first_of_28, date] } }
  stickiness: { about: dau / mau, ratio: [dau, mau] }
days:
  first_of_7: :date + CAST(-6 AS INT)
  first_of_28: :date + CAST(-27 AS INT)
*/
WITH calendar AS (
  SELECT date
  FROM run.days
  CROSS JOIN run.event_range
  WHERE date >= first_date AND date <= last_date
),

daily AS (
  SELECT date, COALESCE(dau, 0) AS dau, COALESCE(wau, 0) AS wau, COALESCE(mau, 0) AS mau
  FROM calendar
  LEFT JOIN silver.active_users ON event_date = date
)

SELECT
  CAST(date AS DATE) AS date,
  CAST(dau AS BIGINT) AS dau,
  CAST(wau AS BIGINT) AS wau,
  CAST(mau AS BIGINT) AS mau,
  CAST(dau AS DOUBLE) / CAST(NULLIF(mau, 0) AS DOUBLE) AS stickiness
FROM daily
