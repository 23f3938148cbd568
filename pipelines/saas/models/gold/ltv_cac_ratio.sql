/*
description: |
  What a paying customer has brought in by what it cost to win one, for each channel and for all of them: the row of all
  channels divides sums, it is no mean of ratios, and it is there even without a channel. Only users who ever paid count.
key: channel
columns:
  paid_customers: { required: true }
  total_ltv: { required: true, unit: USD }
  avg_ltv: { unit: USD }
  cac: { unit: USD }
explain:
  paid_customers:
    about: users who ever paid, by the channel of their signup
    count: rows
    rows: members
    where: first_paid_date IS NOT NULL AND (:channel = '(all channels)' OR acquisition_channel = :channel)
  total_ltv:
    about: purchases less refunds of users who ever paid
    sum: CASE WHEN kind = 'purchase' THEN amount_usd ELSE -amount_usd END
    of: silver.payments
    from: |-
      silver.payments AS payment
      INNER JOIN silver.users AS customer ON customer.user_id = payment.user_id
    select: event_id, kind, payment.user_id, event_date, amount_usd, purchase_event_id, link_status
    where: first_paid_date IS NOT NULL AND (:channel = '(all channels)' OR acquisition_channel = :channel)
  avg_ltv: { about: total_ltv / paid_customers, ratio: [total_ltv, paid_customers] }
  cac: { about: spend / paid_customers, ratio: [spend, paid_customers] }
  ltv_cac_ratio: { about: avg_ltv / cac, ratio: [avg_ltv, cac] }
  # A part of cac, no column.
  spend:
    about: spend up to the last event
    sum: spend
    rows: spending
    where: (last_date IS NULL OR date <= last_date) AND (:channel = '(all channels)' OR channel = :channel)
*/
WITH value_of_channel AS (
  SELECT acquisition_channel, SUM(ltv) AS total_ltv
  FROM gold.ltv_per_user
  WHERE first_paid_date IS NOT NULL
  GROUP BY acquisition_channel
),

per_channel AS (
  SELECT channel, paid_conversions AS paid_customers, spend, COALESCE(total_ltv, 0) AS total_ltv
  FROM gold.cac_by_channel
  LEFT JOIN value_of_channel ON acquisition_channel = channel
),

all_channels AS (
  SELECT
    '(all channels)' AS channel,
    COALESCE(SUM(paid_customers), 0) AS paid_customers,
    COALESCE(SUM(spend), 0) AS spend,
    COALESCE(SUM(total_ltv), 0) AS total_ltv
  FROM per_channel
),

channel_or_all AS (
  SELECT channel, paid_customers, spend, total_ltv FROM per_channel
  UNION ALL
  SELECT channel, paid_customers, spend, total_ltv FROM all_channels
),

ratio AS (
  SELECT
    channel,
    paid_customers,
    total_ltv,
    CAST(total_ltv AS DOUBLE) / CAST(NULLIF(paid_customers, 0) AS DOUBLE) AS avg_ltv,
    CAST(spend AS DOUBLE) / CAST(NULLIF(paid_customers, 0) AS DOUBLE) AS cac
  FROM channel_or_all
)

SELECT
  CAST(channel AS STRING) AS channel,
  CAST(paid_customers AS BIGINT) AS paid_customers,
  CAST(total_ltv AS DECIMAL(38, 4)) AS total_ltv,
  CAST(avg_ltv AS DOUBLE) AS avg_ltv,
  CAST(cac AS DOUBLE) AS cac,
  CAST(avg_ltv AS DOUBLE) / CAST(NULLIF(cac, 0) AS DOUBLE) AS ltv_cac_ratio
FROM ratio
