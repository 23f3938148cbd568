/*
description: |
  What each user pays per month from each day on which that may change, with what it was before: the days on which a
  subscription of the user starts or ends.

  A user has one price on a day: that of the subscription that started last of those active then. Where two overlap, the plan
  changed; nobody pays twice. A free plan is no price, and neither is no plan: both are 0.
key: [user_id, date]
columns:
  subscription_id: { description: 'The subscription that gives the price; none gives 0' }
  price: { required: true, unit: USD, min: 0 }
  price_before: { required: true, unit: USD, min: 0 }
  highest_before: { required: true, unit: USD, min: 0, description: The highest price that the user had before the day }
  next_date: { description: 'The next such day, until which the price holds; none: it still does' }
records: [subscription, subscription_before]
*/
WITH subscription AS (
  SELECT subscription_id, user_id, price_usd, start_date, end_date, created_at
  FROM silver.subscriptions
  WHERE end_date IS NULL OR start_date < end_date
),

-- A price can only change on a day on which a subscription of the user starts or ends.
turning_day AS (
  SELECT user_id, start_date AS date FROM subscription
  UNION
  SELECT user_id, end_date AS date FROM subscription WHERE end_date IS NOT NULL
),

candidate AS (
  SELECT
    turning_day.user_id,
    turning_day.date,
    subscription_id,
    price_usd,
    ROW_NUMBER() OVER (
      PARTITION BY turning_day.user_id, turning_day.date
      ORDER BY
        start_date DESC NULLS LAST,
        created_at DESC NULLS LAST,
        price_usd DESC NULLS LAST,
        subscription_id DESC NULLS LAST
    ) AS rank
  FROM turning_day
  INNER JOIN subscription ON subscription.user_id = turning_day.user_id
  WHERE start_date <= date AND (end_date IS NULL OR date < end_date)
),

winner AS (
  SELECT user_id, date, subscription_id, price_usd
  FROM candidate
  WHERE rank = 1
),

price AS (
  SELECT
    turning_day.user_id,
    turning_day.date,
    subscription_id,
    COALESCE(price_usd, CAST(0 AS DECIMAL(18, 4))) AS price
  FROM turning_day
  LEFT JOIN winner ON winner.user_id = turning_day.user_id AND winner.date = turning_day.date
),

step AS (
  SELECT
    user_id,
    date,
    subscription_id,
    LAG(subscription_id) OVER (PARTITION BY user_id ORDER BY date NULLS LAST) AS subscription_id_before,
    price,
    COALESCE(LAG(price) OVER (PARTITION BY user_id ORDER BY date NULLS LAST), 0) AS price_before,
    COALESCE(
      MAX(price) OVER (
        PARTITION BY user_id ORDER BY date NULLS LAST ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
      ),
      0
    ) AS highest_before,
    LEAD(date) OVER (PARTITION BY user_id ORDER BY date NULLS LAST) AS next_date
  FROM price
)

SELECT
  CAST(user_id AS STRING) AS user_id,
  CAST(date AS DATE) AS date,
  CAST(subscription_id AS STRING) AS subscription_id,
  CAST(price AS DECIMAL(18, 4)) AS price,
  CAST(subscription_id_before AS STRING) AS subscription_id_before,
  CAST(price_before AS DECIMAL(18, 4)) AS price_before,
  CAST(highest_before AS DECIMAL(18, 4)) AS highest_before,
  CAST(next_date AS DATE) AS next_date
FROM step
