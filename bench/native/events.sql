-- Lines into events: fields, reasons, winners.

CREATE TABLE records AS
WITH fields AS (
  SELECT rowid AS row, unnest(fields_of(line)), false AS bad_currency, NULL::VARCHAR AS early_reason
  FROM lines WHERE NOT is_slow
  UNION ALL BY NAME
  SELECT row, event_id, user_id, event_type, timestamp, currency, refers_to_event_id, acquisition_channel,
    schema_version, amount, tax, bad_currency, reject_reason AS early_reason
  FROM slow WHERE reject_reason IS DISTINCT FROM 'blank'
), typed AS (
  SELECT row, event_id, user_id,
    CASE WHEN event_type IN ('page_view', 'login', 'signup', 'purchase', 'refund', 'trial_start', 'trial_convert', 'cancel')
      THEN event_type ELSE lower_ascii(event_type) END AS event_type,
    in_range(instant(timestamp)) AS event_ts,
    schema_version, amount, tax, refers_to_event_id, acquisition_channel, bad_currency, early_reason,
    CASE WHEN amount IS NULL AND currency IS NULL THEN 'USD' WHEN schema_version = 2 THEN coalesce(upper_ascii(currency), 'USD') ELSE 'USD' END AS currency
  FROM fields
)
SELECT row, event_id, user_id, event_type, event_ts, event_ts::DATE AS event_date, schema_version::TINYINT AS schema_version,
  CASE WHEN event_type IN ('purchase', 'refund') THEN money(abs(amount)) END AS amount,
  CASE WHEN event_type IN ('purchase', 'refund') THEN currency END AS currency,
  CASE WHEN event_type IN ('purchase', 'refund') THEN in_usd(money(abs(amount)), rate) END AS amount_usd,
  CASE WHEN event_type IN ('purchase', 'refund') AND schema_version = 2 AND tax >= 0 THEN money(tax) END AS tax,
  CASE WHEN event_type = 'refund' THEN refers_to_event_id END AS refers_to_event_id,
  CASE WHEN event_type = 'signup' THEN nullif(regexp_replace(lower_ascii(acquisition_channel), '[ \t\n\r\x0b\f]+', ' ', 'g'), '(all channels)') END
    AS acquisition_channel,
  CASE
    WHEN early_reason IS NOT NULL THEN early_reason
    WHEN event_id IS NULL THEN 'missing_event_id'
    WHEN event_type IS NULL OR event_type NOT IN ('page_view', 'login', 'signup', 'purchase', 'refund', 'trial_start', 'trial_convert', 'cancel')
      THEN 'unknown_event_type'
    WHEN event_ts IS NULL THEN 'invalid_timestamp'
    WHEN schema_version IS NULL OR schema_version NOT IN (1, 2) THEN 'unsupported_schema_version'
    WHEN event_type NOT IN ('purchase', 'refund') THEN NULL
    WHEN money(abs(amount)) IS NULL THEN 'invalid_amount'
    WHEN event_type = 'purchase' AND amount < 0 THEN 'negative_amount'
    WHEN schema_version = 2 AND (bad_currency OR rate IS NULL) THEN 'unknown_currency'
  END AS reject_reason
FROM typed LEFT JOIN rates USING (currency);

CREATE VIEW accepted AS SELECT * EXCLUDE (row, reject_reason) FROM records WHERE reject_reason IS NULL;

CREATE TABLE repeated AS SELECT event_id FROM accepted GROUP BY event_id HAVING count(*) > 1;

CREATE TABLE variants AS
SELECT *, row_number() OVER (PARTITION BY event_id ORDER BY schema_version DESC, event_ts DESC, (user_id IS NOT NULL) DESC,
    amount DESC NULLS LAST, currency DESC NULLS LAST, tax DESC NULLS LAST, refers_to_event_id DESC NULLS LAST,
    acquisition_channel DESC NULLS LAST, event_type DESC, user_id DESC NULLS LAST) AS place,
  count(*) OVER (PARTITION BY event_id) AS variants
FROM (SELECT DISTINCT * FROM accepted SEMI JOIN repeated USING (event_id));

CREATE TABLE events AS
SELECT * FROM (
  SELECT * FROM accepted ANTI JOIN repeated USING (event_id)
  UNION ALL BY NAME
  SELECT * EXCLUDE (place, variants) FROM variants WHERE place = 1
) ORDER BY event_date, event_id;
