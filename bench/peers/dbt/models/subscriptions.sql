SELECT id, customer, status, TO_TIMESTAMP(start_date) AS started_at, TO_TIMESTAMP(canceled_at) AS canceled_at, items
FROM (
  SELECT UNNEST(data, max_depth := 2)
  FROM read_json(
    '{{ var("folder") }}/subscriptions-1.json',
    columns = { data: 'STRUCT(id VARCHAR, customer VARCHAR, status VARCHAR, start_date BIGINT, canceled_at BIGINT, items JSON)[]' }
  )
)
