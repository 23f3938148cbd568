SELECT
  (SELECT SUM(total) FROM {{ ref('orders') }} WHERE status = 'paid') AS paid,
  (SELECT COUNT(*) FROM {{ ref('logs') }} WHERE level = 'error') AS errors,
  (SELECT COUNT(*) FROM {{ ref('subscriptions') }} WHERE status = 'active') AS active,
  (SELECT SUM(cost) FROM {{ ref('costs') }}) AS costs
