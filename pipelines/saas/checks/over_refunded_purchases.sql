/*
severity: warn
reason: More was refunded than paid; refunds are not capped.
*/
SELECT event_id, event_date, user_id, amount_usd, refunded FROM (
  SELECT purchase_event_id AS refunded_event_id, SUM(amount_usd) AS refunded
  FROM silver.payments WHERE link_status = 'linked' GROUP BY purchase_event_id
) AS refund
INNER JOIN silver.payments ON event_id = refunded_event_id
WHERE refunded > amount_usd
