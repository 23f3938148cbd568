/*
severity: warn
reason: Refunds that name no known purchase count on their own day and for their own user.
*/
SELECT event_id, event_date, user_id, amount_usd FROM silver.payments WHERE link_status = 'orphan'
