-- A delivery, read by the engine alone: what its JSON reader does not take, or takes otherwise than the rules want, is left out.

CREATE TABLE lines AS
SELECT $delivery AS delivery, json AS line, json IS NULL OR regexp_matches(json, '$suspicious', 's') AS is_slow
FROM read_ndjson_objects('$data/events*.ndjson', ignore_errors = true, maximum_object_size = 16777216);

CREATE TABLE raw_subscriptions AS
SELECT $delivery AS delivery, NULL::VARCHAR AS file_name, NULL::VARCHAR AS batch_id, NULL::INTEGER AS line_number,
  nullif(trim(json->>'subscription_id'), '') AS subscription_id, nullif(trim(json->>'user_id'), '') AS user_id,
  nullif(trim(json->>'plan_id'), '') AS plan_id, nullif(trim(json->>'currency'), '') AS currency,
  nullif(trim(json->>'start_date'), '') AS start_date, nullif(trim(json->>'end_date'), '') AS end_date,
  nullif(trim(json->>'status'), '') AS status, nullif(trim(json->>'created_at'), '') AS created_at,
  CASE WHEN json_type(json, '$.price') IN ('UBIGINT', 'BIGINT', 'DOUBLE') THEN TRY_CAST(json->>'price' AS DOUBLE) END AS price,
  coalesce(json->>'end_date', '') <> '' AS has_end, false AS bad_currency, NULL::VARCHAR AS early_reason, NULL::VARCHAR AS raw
FROM read_json_objects('$data/subscriptions*.json', format = 'array');

CREATE TABLE raw_spend AS
SELECT $delivery AS delivery, NULL::VARCHAR AS file_name, NULL::VARCHAR AS batch_id, NULL::INTEGER AS line_number,
  nullif(trim(date), '') AS date, nullif(trim(channel), '') AS channel, nullif(trim(spend), '') AS spend,
  NULL::VARCHAR AS early_reason, NULL::VARCHAR AS raw
FROM read_csv('$data/marketing_spend*.csv', all_varchar = true, header = true, ignore_errors = true, delim = ',', quote = '"',
  escape = '"', strict_mode = false);
