/*
description: |
  What each user has brought in to date: purchases less refunds, which follow the purchase's user.
key: user_id
columns:
  acquisition_channel: { required: true }
  purchases: { required: true, min: 0 }
  gross_revenue: { required: true, unit: USD, min: 0 }
  refunds: { required: true, unit: USD, min: 0 }
  ltv: { required: true, unit: USD, description: Gross revenue less refunds }
explain:
  acquisition_channel: &user
    about: from the first signup
    value: acquisition_channel
    rows: members
    where: user_id = :user_id
    records: [signup]
  signup_date:
    <<: *user
    about: day of the first signup
    value: signup_date
  first_paid_date:
    <<: *user
    about: day of the first paid conversion
    value: first_paid_date
    records: [conversion]
  purchases:
    about: purchases of the user
    count: rows
    of: silver.payments
    where: kind = 'purchase' AND user_id = :user_id
  gross_revenue:
    about: purchases of the user
    sum: amount_usd
    of: silver.payments
    where: kind = 'purchase' AND user_id = :user_id
  refunds:
    about: refunds of the user’s purchases
    sum: amount_usd
    of: silver.payments
    where: kind = 'refund' AND user_id = :user_id
  ltv: { about: gross_revenue less refunds, difference: [gross_revenue, refunds] }
*/
WITH payment AS (
  SELECT
    user_id AS payment_user_id,
    SUM(CASE WHEN kind = 'purchase' THEN 1 ELSE 0 END) AS purchases,
    SUM(CASE WHEN kind = 'purchase' THEN amount_usd ELSE 0 END) AS gross_revenue,
    SUM(CASE WHEN kind = 'refund' THEN amount_usd ELSE 0 END) AS refunds
  FROM silver.payments
  WHERE user_id IS NOT NULL
  GROUP BY user_id
),

value_of_user AS (
  SELECT
    user_id,
    acquisition_channel,
    signup_date,
    first_paid_date,
    COALESCE(purchases, 0) AS purchases,
    CAST(COALESCE(gross_revenue, 0) AS DECIMAL(38, 4)) AS gross_revenue,
    CAST(COALESCE(refunds, 0) AS DECIMAL(38, 4)) AS refunds
  FROM silver.users
  LEFT JOIN payment ON payment_user_id = user_id
)

SELECT
  CAST(user_id AS STRING) AS user_id,
  CAST(acquisition_channel AS STRING) AS acquisition_channel,
  CAST(signup_date AS DATE) AS signup_date,
  CAST(first_paid_date AS DATE) AS first_paid_date,
  CAST(purchases AS BIGINT) AS purchases,
  CAST(gross_revenue AS DECIMAL(38, 4)) AS gross_revenue,
  CAST(refunds AS DECIMAL(38, 4)) AS refunds,
  CAST(gross_revenue - refunds AS DECIMAL(38, 4)) AS ltv
FROM value_of_user
