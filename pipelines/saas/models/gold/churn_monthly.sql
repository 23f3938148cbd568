/*
description: |
  The customers of a month's beginning, compared with what they pay at its end: who left, who pays more or less, and the rates of
  that, each of the opening figure. Those who came in the month are beside it. gold.mrr_monthly sums the movements of the days
  instead, where a user may come and go within a month.

  Logo churn counts customers, revenue churn their prices. Gross retention (GRR) is what is left of the opening revenue, net
  retention (NRR) has what the same customers pay more.
key: month
columns:
  opening_subscribers: { required: true, min: 0, description: Users with a price above 0 on the day before the month }
  gained_subscribers: { required: true, min: 0, description: Users with a price at the end and none before the month }
  lost_subscribers: { required: true, min: 0, description: Users with a price before the month and none at its end }
  opening_mrr: { required: true, unit: USD, min: 0 }
  gained_mrr: { required: true, unit: USD, min: 0 }
  raised_mrr: { required: true, unit: USD, min: 0, description: What customers who stayed pay more at the end }
  lowered_mrr: { required: true, unit: USD, min: 0, description: What customers who stayed pay less at the end }
  lost_mrr: { required: true, unit: USD, min: 0 }
  logo_churn: { description: Lost by opening subscribers }
  revenue_churn: { description: Lost by opening revenue }
  gross_retention: { description: Opening revenue less lowered and lost by opening revenue }
  net_retention: { description: The same with what was raised }
  arpu: { unit: USD, description: Recurring revenue by subscriber at the end }
  is_complete: { required: true }
explain:
  opening_subscribers: &opening
    rows: paying
    about: users with a price above 0 on the day before the month
    where: date <= :day_before AND (next_date IS NULL OR next_date > :day_before) AND price_usd > 0
  # Users whose price at the end is not that before the month, with the subscriptions that gave the two.
  gained_subscribers: &changed
    about: users with a price at the month’s end and none before it
    of: silver.user_prices
    steps: gold.churn_monthly
    from: month_end
    select: |-
      user_id, subscription_id_before, CAST(price_before AS DECIMAL(18, 4)) AS price_before,
        subscription_id, CAST(price AS DECIMAL(18, 4)) AS price
    where: month = :month AND price_before = 0 AND price > 0
    by: user_id
    records: [subscription, subscription_before]
  lost_subscribers:
    <<: *changed
    about: users with a price before the month and none at its end
    where: month = :month AND price_before > 0 AND price = 0
  opening_mrr:
    <<: *opening
    about: price of each user with one on the day before the month
    sum: price_usd
  gained_mrr:
    <<: *changed
    about: prices of users who had none before the month
    sum: CAST(price AS DECIMAL(18, 4))
  raised_mrr:
    <<: *changed
    about: what customers pay more at the month’s end than before it
    sum: CAST(price - price_before AS DECIMAL(18, 4))
    where: month = :month AND price_before > 0 AND price > price_before
  lowered_mrr:
    <<: *changed
    about: what customers who stayed pay less at the month’s end than before it
    sum: CAST(price_before - price AS DECIMAL(18, 4))
    where: month = :month AND price > 0 AND price < price_before
  lost_mrr:
    <<: *changed
    about: prices before the month of users who have none at its end
    sum: CAST(price_before AS DECIMAL(18, 4))
    where: month = :month AND price_before > 0 AND price = 0
  logo_churn: { about: lost_subscribers / opening_subscribers, ratio: [lost_subscribers, opening_subscribers] }
  revenue_churn: { about: lost_mrr / opening_mrr, ratio: [lost_mrr, opening_mrr] }
  lessened_mrr:
    <<: *changed
    about: what customers pay less at the month’s end than before it, those who left included
    sum: CAST(price_before - price AS DECIMAL(18, 4))
    where: month = :month AND price < price_before
  kept_mrr: { about: opening_mrr less lessened_mrr, difference: [opening_mrr, lessened_mrr] }
  gross_retention: { about: kept_mrr / opening_mrr, ratio: [kept_mrr, opening_mrr] }
  net_lessened_mrr:
    <<: *changed
    about: what customers pay less at the month’s end than before it, less what they pay more
    sum: CAST(price_before - price AS DECIMAL(18, 4))
    where: month = :month AND price_before > 0 AND price <> price_before
  closing_mrr: { about: opening_mrr less net_lessened_mrr, difference: [opening_mrr, net_lessened_mrr] }
  net_retention: { about: closing_mrr / opening_mrr, ratio: [closing_mrr, opening_mrr] }
  mrr: { rows: paying, about: price of each user with one on the month’s last day in the series, sum: price_usd }
  active_subscribers:
    { rows: paying, about: users with a price above 0 on the month’s last day in the series, count: rows }
  arpu: { about: mrr / active_subscribers, ratio: [mrr, active_subscribers] }
  is_complete:
    about: whether the series has the month’s last day
    flag: :last = :last_of_month
    facts: { last_day_in_series: ':last', last_day_of_month: ':last_of_month' }
days:
  last: (SELECT MAX(date) FROM gold.mrr_daily WHERE date BETWEEN :month AND LAST_DAY(:month))
  last_of_month: LAST_DAY(:month)
  day_before: :month + CAST(-1 AS INT)
*/
WITH series AS (
  SELECT MAX(date) AS last_day
  FROM gold.mrr_daily
),

ranked AS (
  SELECT
    user_id,
    CAST(DATE_TRUNC('month', date) AS DATE) AS month,
    subscription_id,
    price,
    ROW_NUMBER() OVER (
      PARTITION BY user_id, CAST(DATE_TRUNC('month', date) AS DATE) ORDER BY date DESC NULLS LAST
    ) AS rank
  FROM silver.user_prices
  CROSS JOIN series
  WHERE date <= last_day
),

-- What each user pays at the end of a month in which that may have changed, and what it was before. The explanation
-- reads it, too: hence the subscriptions behind it.
month_end AS (
  SELECT
    user_id,
    month,
    subscription_id,
    LAG(subscription_id) OVER (PARTITION BY user_id ORDER BY month NULLS LAST) AS subscription_id_before,
    price,
    COALESCE(LAG(price) OVER (PARTITION BY user_id ORDER BY month NULLS LAST), 0) AS price_before
  FROM ranked
  WHERE rank = 1
),

movement AS (
  SELECT
    month AS movement_month,
    SUM(CASE WHEN price_before = 0 AND price > 0 THEN 1 ELSE 0 END) AS gained_subscribers,
    SUM(CASE WHEN price_before > 0 AND price = 0 THEN 1 ELSE 0 END) AS lost_subscribers,
    SUM(CASE WHEN price_before = 0 THEN price ELSE 0 END) AS gained_mrr,
    SUM(CASE WHEN price_before > 0 AND price > price_before THEN price - price_before ELSE 0 END) AS raised_mrr,
    SUM(CASE WHEN price > 0 AND price < price_before THEN price_before - price ELSE 0 END) AS lowered_mrr,
    SUM(CASE WHEN price = 0 THEN price_before ELSE 0 END) AS lost_mrr
  FROM month_end
  GROUP BY month
),

standing AS (
  SELECT
    month,
    COALESCE(LAG(active_subscribers) OVER (ORDER BY month NULLS LAST), 0) AS opening_subscribers,
    COALESCE(LAG(mrr) OVER (ORDER BY month NULLS LAST), CAST(0 AS DECIMAL(38, 4))) AS opening_mrr,
    active_subscribers,
    mrr,
    is_complete
  FROM gold.mrr_monthly
),

churn AS (
  SELECT
    month,
    opening_subscribers,
    COALESCE(gained_subscribers, 0) AS gained_subscribers,
    COALESCE(lost_subscribers, 0) AS lost_subscribers,
    active_subscribers,
    CAST(opening_mrr AS DECIMAL(38, 4)) AS opening_mrr,
    CAST(COALESCE(gained_mrr, 0) AS DECIMAL(38, 4)) AS gained_mrr,
    CAST(COALESCE(raised_mrr, 0) AS DECIMAL(38, 4)) AS raised_mrr,
    CAST(COALESCE(lowered_mrr, 0) AS DECIMAL(38, 4)) AS lowered_mrr,
    CAST(COALESCE(lost_mrr, 0) AS DECIMAL(38, 4)) AS lost_mrr,
    CAST(mrr AS DECIMAL(38, 4)) AS mrr,
    is_complete
  FROM standing
  LEFT JOIN movement ON movement_month = month
)

SELECT
  CAST(month AS DATE) AS month,
  CAST(opening_subscribers AS BIGINT) AS opening_subscribers,
  CAST(gained_subscribers AS BIGINT) AS gained_subscribers,
  CAST(lost_subscribers AS BIGINT) AS lost_subscribers,
  CAST(opening_mrr AS DECIMAL(38, 4)) AS opening_mrr,
  CAST(gained_mrr AS DECIMAL(38, 4)) AS gained_mrr,
  CAST(raised_mrr AS DECIMAL(38, 4)) AS raised_mrr,
  CAST(lowered_mrr AS DECIMAL(38, 4)) AS lowered_mrr,
  CAST(lost_mrr AS DECIMAL(38, 4)) AS lost_mrr,
  CAST(lost_subscribers AS DOUBLE) / CAST(NULLIF(opening_subscribers, 0) AS DOUBLE) AS logo_churn,
  CAST(lost_mrr AS DOUBLE) / CAST(NULLIF(opening_mrr, 0) AS DOUBLE) AS revenue_churn,
  CAST(opening_mrr - lowered_mrr - lost_mrr AS DOUBLE) / CAST(NULLIF(opening_mrr, 0) AS DOUBLE) AS gross_retention,
  CAST(opening_mrr + raised_mrr - lowered_mrr - lost_mrr AS DOUBLE)
  / CAST(NULLIF(opening_mrr, 0) AS DOUBLE) AS net_retention,
  CAST(mrr AS DOUBLE) / CAST(NULLIF(active_subscribers, 0) AS DOUBLE) AS arpu,
  CAST(is_complete AS BOOLEAN) AS is_complete
FROM churn
