/*
description: |
  What it cost to win a paying customer: a channel's spend up to the last event (all of it without events) by the users that it
  brought and who ever paid. Every channel with either is there.
key: channel
columns:
  spend: { required: true, unit: USD, min: 0 }
  paid_conversions: { required: true, min: 0 }
  cac: { unit: USD, description: Spend per paid conversion }
explain:
  spend:
    about: spend up to the last event
    sum: spend
    rows: spending
    where: (last_date IS NULL OR date <= last_date) AND (:channel = '(all channels)' OR channel = :channel)
  paid_conversions:
    about: users who ever paid, by the channel of their signup
    count: rows
    rows: members
    where: first_paid_date IS NOT NULL AND (:channel = '(all channels)' OR acquisition_channel = :channel)
  cac: { about: spend / paid_conversions, ratio: [spend, paid_conversions] }
*/
WITH spend_of_channel AS (
  SELECT channel AS spend_channel, SUM(spend) AS spend
  FROM silver.marketing_spend
  CROSS JOIN run.event_range
  WHERE last_date IS NULL OR date <= last_date
  GROUP BY channel
),

customers_of_channel AS (
  SELECT acquisition_channel, COUNT(*) AS paid_conversions
  FROM silver.users
  WHERE first_paid_date IS NOT NULL
  GROUP BY acquisition_channel
),

known_channel AS (
  SELECT spend_channel AS channel FROM spend_of_channel
  UNION
  SELECT acquisition_channel AS channel FROM customers_of_channel
),

acquisition AS (
  SELECT channel, COALESCE(spend, 0) AS spend, COALESCE(paid_conversions, 0) AS paid_conversions
  FROM known_channel
  LEFT JOIN spend_of_channel ON spend_channel = channel
  LEFT JOIN customers_of_channel ON acquisition_channel = channel
)

SELECT
  CAST(channel AS STRING) AS channel,
  CAST(spend AS DECIMAL(38, 4)) AS spend,
  CAST(paid_conversions AS BIGINT) AS paid_conversions,
  CAST(spend AS DOUBLE) / CAST(NULLIF(paid_conversions, 0) AS DOUBLE) AS cac
FROM acquisition
