-- gold.ltv_per_user: what each user has brought in to date: purchases less refunds, which follow the purchase's user.
-- pipeline §7.

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
