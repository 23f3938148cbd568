SELECT DISTINCT
  id,
  LOWER(level) AS level,
  COALESCE(TO_TIMESTAMP(TRY_CAST(ts AS BIGINT) / 1000), TRY_CAST(ts AS TIMESTAMPTZ)) AS at,
  ctx ->> '$.service' AS service,
  ctx ->> '$.user.id' AS user_id
FROM read_json(
  '{{ var("folder") }}/app-1.ndjson', columns = { id: 'VARCHAR', ts: 'VARCHAR', level: 'VARCHAR', ctx: 'JSON' }
)
