-- Recurring revenue: a user's price changes only where one of the user's subscriptions begins or ends.

CREATE TABLE mrr_days AS
WITH bounds AS (
  SELECT min(start_date) AS first_day, coalesce((SELECT last_day FROM span), max(start_date)) AS last_day FROM subscriptions
)
SELECT unnest(generate_series(first_day, last_day, INTERVAL 1 DAY))::DATE AS date FROM bounds WHERE first_day IS NOT NULL;

CREATE TABLE movements AS
WITH edges AS (
  SELECT user_id, start_date AS date FROM subscriptions UNION SELECT user_id, end_date FROM subscriptions WHERE end_date IS NOT NULL
), prices AS (
  SELECT e.user_id, e.date, coalesce(arg_max(s.price_usd,
    (s.start_date, coalesce(s.created_at, TIMESTAMP '1000-01-01'), s.price_usd, s.subscription_id)), 0) AS price
  FROM edges e LEFT JOIN (SELECT * FROM subscriptions WHERE end_date IS NULL OR start_date < end_date) s
    ON s.user_id = e.user_id AND s.start_date <= e.date AND (s.end_date IS NULL OR e.date < s.end_date)
  GROUP BY e.user_id, e.date
), changes AS (
  SELECT date, price, lag(price, 1, 0) OVER ordered AS before,
    coalesce(max(price) OVER (ordered ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) > 0 AS had_price
  FROM prices WINDOW ordered AS (PARTITION BY user_id ORDER BY date)
)
SELECT date, sum(price - before) AS change,
  sum((price > 0)::INTEGER - (before > 0)::INTEGER) AS subscribers,
  sum(price) FILTER (before = 0 AND NOT had_price) AS new_mrr,
  sum(price) FILTER (before = 0 AND had_price) AS reactivation_mrr,
  sum(price - before) FILTER (before > 0 AND price > before) AS expansion_mrr,
  sum(before - price) FILTER (price > 0 AND price < before) AS contraction_mrr,
  sum(before) FILTER (price = 0) AS churned_mrr
FROM changes WHERE price <> before GROUP BY date;

CREATE TABLE mrr_daily AS
SELECT date, sum(coalesce(change, 0)) OVER (ORDER BY date)::DECIMAL(38, 4) AS mrr,
  sum(coalesce(subscribers, 0)) OVER (ORDER BY date)::BIGINT AS active_subscribers,
  coalesce(new_mrr, 0)::DECIMAL(38, 4) AS new_mrr, coalesce(reactivation_mrr, 0)::DECIMAL(38, 4) AS reactivation_mrr,
  coalesce(expansion_mrr, 0)::DECIMAL(38, 4) AS expansion_mrr, coalesce(contraction_mrr, 0)::DECIMAL(38, 4) AS contraction_mrr,
  coalesce(churned_mrr, 0)::DECIMAL(38, 4) AS churned_mrr
FROM mrr_days LEFT JOIN movements USING (date) ORDER BY date;

CREATE TABLE mrr_monthly AS
SELECT date_trunc('month', date)::DATE AS month, arg_max(mrr, date) AS mrr, arg_max(active_subscribers, date) AS active_subscribers,
  sum(new_mrr)::DECIMAL(38, 4) AS new_mrr, sum(reactivation_mrr)::DECIMAL(38, 4) AS reactivation_mrr,
  sum(expansion_mrr)::DECIMAL(38, 4) AS expansion_mrr, sum(contraction_mrr)::DECIMAL(38, 4) AS contraction_mrr,
  sum(churned_mrr)::DECIMAL(38, 4) AS churned_mrr, max(date) = last_day(max(date)) AS is_complete
FROM mrr_daily GROUP BY 1 ORDER BY 1;
