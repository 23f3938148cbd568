-- Silver behind the parsed tables.

CREATE TABLE subscription_records AS
WITH typed AS (
  SELECT delivery, file_name, batch_id, line_number, raw, early_reason, subscription_id, user_id, lower_ascii(plan_id) AS plan_id, price,
    coalesce(upper_ascii(currency), 'USD') AS currency, bad_currency, day_of(start_date) AS start_date,
    end_date IS NOT NULL AND end_date = '9999-12-31' AS is_endless, has_end, day_of(end_date) AS end_date,
    replace(lower_ascii(status), 'cancelled', 'canceled') AS status, in_range(instant(created_at)) AS created_at
  FROM raw_subscriptions
)
SELECT delivery, file_name, batch_id, line_number, raw, subscription_id, user_id, plan_id, money(price) AS price, currency,
  in_usd(money(price), rate) AS price_usd, start_date, end_date, status, created_at,
  CASE
    WHEN early_reason IS NOT NULL THEN early_reason
    WHEN subscription_id IS NULL THEN 'missing_subscription_id'
    WHEN user_id IS NULL THEN 'missing_user_id'
    WHEN plan_id IS NULL OR plan_id NOT IN ('basic', 'pro', 'team') THEN 'unknown_plan'
    WHEN money(price) IS NULL OR price < 0 THEN 'invalid_price'
    WHEN bad_currency OR rate IS NULL THEN 'unknown_currency'
    WHEN start_date IS NULL THEN 'invalid_start_date'
    WHEN has_end AND NOT is_endless AND end_date IS NULL THEN 'invalid_end_date'
    WHEN end_date < start_date THEN 'end_before_start'
    WHEN status IS NULL OR status NOT IN ('active', 'canceled') THEN 'invalid_status'
    WHEN status = 'canceled' AND end_date IS NULL THEN 'canceled_without_end_date'
  END AS reject_reason
FROM typed LEFT JOIN rates USING (currency);

CREATE TABLE subscriptions AS
SELECT subscription_id, user_id, plan_id, price, currency, price_usd, start_date, end_date, status, created_at
FROM subscription_records WHERE reject_reason IS NULL
QUALIFY row_number() OVER (PARTITION BY subscription_id ORDER BY delivery DESC, created_at DESC NULLS LAST, end_date DESC NULLS LAST,
  price_usd DESC, plan_id DESC, currency DESC, user_id DESC, status DESC, start_date DESC, price DESC) = 1
ORDER BY subscription_id;

CREATE TABLE spend_records AS
WITH typed AS (
  SELECT delivery, file_name, batch_id, line_number, raw, early_reason, day_of(date) AS date,
    nullif(regexp_replace(lower_ascii(channel), '[ \t\n\r\x0b\f]+', ' ', 'g'), '(all channels)') AS channel,
    -- At most twelve digits before the point: below 10 to the 12th.
    CASE WHEN regexp_full_match(spend, '[+-]?0*\d{1,12}(\.\d+)?') THEN ltrim(spend, '+') END AS spend
  FROM raw_spend
)
SELECT delivery, file_name, batch_id, line_number, raw, date, channel,
  spend::DECIMAL(18, 4) AS spend,
  CASE
    WHEN early_reason IS NOT NULL THEN early_reason
    WHEN date IS NULL THEN 'invalid_date'
    WHEN channel IS NULL THEN 'missing_channel'
    WHEN spend IS NULL THEN 'invalid_spend'
    WHEN regexp_matches(spend, '^-.*[1-9]') THEN 'negative_spend'
  END AS reject_reason
FROM typed;

CREATE TABLE marketing_spend AS
SELECT date, channel, spend FROM spend_records WHERE reject_reason IS NULL
QUALIFY row_number() OVER (PARTITION BY date, channel ORDER BY delivery DESC, spend DESC) = 1
ORDER BY date, channel;

CREATE TABLE spend_gaps AS
SELECT channel, (before + 1)::DATE AS first_day, (date - 1)::DATE AS last_day, date - before - 1 AS days
FROM (SELECT channel, date, lag(date) OVER (PARTITION BY channel ORDER BY date) AS before FROM marketing_spend)
WHERE date - before > 1 ORDER BY channel, first_day;

CREATE TABLE payments AS
WITH purchases AS (SELECT * FROM events WHERE event_type = 'purchase')
SELECT event_id, 'purchase' AS kind, user_id, event_date, event_date AS effective_date, amount_usd,
  NULL::VARCHAR AS purchase_event_id, NULL::VARCHAR AS link_status
FROM purchases
UNION ALL
SELECT r.event_id, 'refund', CASE WHEN p.event_id IS NULL THEN r.user_id ELSE p.user_id END, r.event_date,
  greatest(r.event_ts, p.event_ts)::DATE, r.amount_usd, p.event_id,
  CASE WHEN p.event_id IS NULL THEN 'orphan' ELSE 'linked' END
FROM events r LEFT JOIN purchases p ON p.event_id = r.refers_to_event_id
WHERE r.event_type = 'refund'
ORDER BY event_date, event_id;

CREATE TABLE user_days AS
SELECT event_date, user_id, count(*) AS events FROM events
WHERE user_id IS NOT NULL AND event_type <> 'refund'
GROUP BY event_date, user_id ORDER BY event_date, user_id;

CREATE TABLE users AS
WITH known AS (
  SELECT DISTINCT user_id FROM user_days
  UNION SELECT user_id FROM events WHERE event_type = 'refund' AND user_id IS NOT NULL
), signups AS (
  SELECT user_id, arg_min({ts: event_ts, channel: acquisition_channel}, (event_ts, event_id)) AS signup
  FROM events WHERE event_type = 'signup' AND user_id IS NOT NULL GROUP BY user_id
), paid AS (
  SELECT user_id, min(event_date) AS first_paid_date FROM events
  WHERE user_id IS NOT NULL AND (event_type = 'trial_convert' OR event_type = 'purchase' AND amount_usd > 0) GROUP BY user_id
)
SELECT user_id, signup.ts AS signup_at, signup.ts::DATE AS signup_date, date_trunc('week', signup.ts)::DATE AS cohort_week,
  coalesce(signup.channel, 'unknown') AS acquisition_channel, first_paid_date
FROM known LEFT JOIN signups USING (user_id) LEFT JOIN paid USING (user_id) ORDER BY user_id;

CREATE TABLE span AS SELECT min(event_date) AS first_day, max(event_date) AS last_day FROM events;
CREATE TABLE days AS
SELECT unnest(generate_series(first_day, last_day, INTERVAL 1 DAY))::DATE AS date FROM span WHERE first_day IS NOT NULL;
