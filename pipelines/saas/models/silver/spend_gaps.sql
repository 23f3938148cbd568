/*
description: |
  The holes in a channel's spend, each with its first and last day. Only holes between the channel's first and last day are
  known to be holes.
key: [channel, first_day]
columns:
  last_day: { required: true }
  days: { required: true, description: Days without spend }
may_shrink: true
*/
WITH neighbour AS (
  SELECT channel, date, LEAD(date) OVER (PARTITION BY channel ORDER BY date NULLS LAST) AS next_date
  FROM silver.marketing_spend
),

gap AS (
  SELECT channel, date + CAST(1 AS INT) AS first_day, next_date + CAST(-1 AS INT) AS last_day
  FROM neighbour
  WHERE next_date > date + CAST(1 AS INT)
),

-- The distance of two days is that of their numbers: engines differ in what the difference of two dates is.
calendar AS (
  SELECT date, ROW_NUMBER() OVER (ORDER BY date NULLS LAST) AS number
  FROM run.days
)

SELECT
  CAST(channel AS STRING) AS channel,
  CAST(first_day AS DATE) AS first_day,
  CAST(last_day AS DATE) AS last_day,
  CAST(upto.number - since.number + 1 AS BIGINT) AS days
FROM gap
INNER JOIN calendar AS since ON since.date = first_day
INNER JOIN calendar AS upto ON upto.date = last_day
