-- gold.mrr_daily: monthly recurring revenue on every day, and what moved it since the day before. pipeline §4 and §7.
--
-- A user has one price on a day: that of the subscription that started last of those active then. Where two
-- overlap, the plan changed; nobody pays twice. A free plan is no price: to reach it is churn, to leave it is new or
-- reactivated. The days go from the first start of a subscription to the last event; without events, to the last start.

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

-- The price of each user from each of those days on. `lake explain` reads it, too: hence the subscriptions behind it.
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
    ) AS highest_before
  FROM price
),

movement AS (
  SELECT
    date AS movement_date,
    SUM(price - price_before) AS mrr_change,
    SUM(CASE WHEN price > 0 THEN 1 ELSE 0 END) - SUM(CASE WHEN price_before > 0 THEN 1 ELSE 0 END) AS subscriber_change,
    SUM(CASE WHEN price_before = 0 AND highest_before = 0 THEN price ELSE 0 END) AS new_mrr,
    SUM(CASE WHEN price_before = 0 AND highest_before > 0 THEN price ELSE 0 END) AS reactivation_mrr,
    SUM(CASE WHEN price_before > 0 AND price > price_before THEN price - price_before ELSE 0 END) AS expansion_mrr,
    SUM(CASE WHEN price > 0 AND price < price_before THEN price_before - price ELSE 0 END) AS contraction_mrr,
    SUM(CASE WHEN price = 0 THEN price_before ELSE 0 END) AS churned_mrr
  FROM step
  GROUP BY date
),

series AS (
  SELECT MIN(start_date) AS first_day, COALESCE(MAX(last_date), MAX(start_date)) AS last_day
  FROM silver.subscriptions
  CROSS JOIN run.event_range
),

calendar AS (
  SELECT date
  FROM run.days
  CROSS JOIN series
  WHERE date >= first_day AND date <= last_day
),

daily AS (
  SELECT
    date,
    COALESCE(mrr_change, 0) AS mrr_change,
    COALESCE(subscriber_change, 0) AS subscriber_change,
    COALESCE(new_mrr, 0) AS new_mrr,
    COALESCE(reactivation_mrr, 0) AS reactivation_mrr,
    COALESCE(expansion_mrr, 0) AS expansion_mrr,
    COALESCE(contraction_mrr, 0) AS contraction_mrr,
    COALESCE(churned_mrr, 0) AS churned_mrr
  FROM calendar
  LEFT JOIN movement ON movement_date = date
)

SELECT
  CAST(date AS DATE) AS date,
  CAST(SUM(mrr_change) OVER (ORDER BY date NULLS LAST ROWS UNBOUNDED PRECEDING) AS DECIMAL(38, 4)) AS mrr,
  CAST(SUM(subscriber_change) OVER (ORDER BY date NULLS LAST ROWS UNBOUNDED PRECEDING) AS BIGINT) AS active_subscribers,
  CAST(new_mrr AS DECIMAL(38, 4)) AS new_mrr,
  CAST(reactivation_mrr AS DECIMAL(38, 4)) AS reactivation_mrr,
  CAST(expansion_mrr AS DECIMAL(38, 4)) AS expansion_mrr,
  CAST(contraction_mrr AS DECIMAL(38, 4)) AS contraction_mrr,
  CAST(churned_mrr AS DECIMAL(38, 4)) AS churned_mrr
FROM daily
