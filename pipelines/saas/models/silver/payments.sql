/*
description: |
  One row per purchase or refund, with every refund joined to the purchase that it names. A linked refund belongs to the
  purchase's user and counts from the later of the two days on (its clock may be wrong); an orphan stands for itself.
key: event_id
partition: month(event_date) as event_month
sort: [event_date, event_id]
reads:
  silver.events: rows
  silver.referenced_events: referenced(silver.events, refers_to_event_id)
columns:
  kind: { required: true, description: purchase or refund }
  user_id: { description: 'Whose payment it is: of a linked refund the user of its purchase' }
  effective_date: { required: true, description: 'The day from which it counts: of a refund never before its purchase' }
  amount_usd: { required: true, unit: USD, min: 0, max: '100000000000000.0000' }
  purchase_event_id: { description: The purchase that a linked refund names }
  link_status: { description: 'Of a refund: linked or orphan' }
records: [own_event, refunded_purchase]
*/
WITH payment AS (
  SELECT event_id, event_type, user_id, event_date, amount_usd, refers_to_event_id
  FROM silver.events
  INNER JOIN run.days AS day ON day.date = event_date
  WHERE event_type IN ('purchase', 'refund')
),

purchase AS (
  SELECT event_id AS purchase_event_id, user_id AS purchase_user_id, event_date AS purchase_date
  FROM silver.referenced_events
  WHERE event_type = 'purchase'
),

linked AS (
  SELECT
    event_id,
    event_type AS kind,
    event_date,
    GREATEST(event_date, purchase_date) AS effective_date,
    CASE WHEN purchase_event_id IS NULL THEN user_id ELSE purchase_user_id END AS user_id,
    amount_usd,
    purchase_event_id,
    CASE
      WHEN event_type = 'purchase' THEN NULL
      WHEN purchase_event_id IS NULL THEN 'orphan'
      ELSE 'linked'
    END AS link_status
  FROM payment
  LEFT JOIN purchase ON purchase_event_id = refers_to_event_id
)

SELECT
  CAST(event_id AS STRING) AS event_id,
  CAST(kind AS STRING) AS kind,
  CAST(user_id AS STRING) AS user_id,
  CAST(event_date AS DATE) AS event_date,
  CAST(effective_date AS DATE) AS effective_date,
  CAST(amount_usd AS DECIMAL(18, 4)) AS amount_usd,
  CAST(purchase_event_id AS STRING) AS purchase_event_id,
  CAST(link_status AS STRING) AS link_status
FROM linked
