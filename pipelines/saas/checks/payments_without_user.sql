/*
severity: warn
reason: Payments of nobody are revenue, and in no user’s value.
*/
SELECT event_id, event_date, kind, amount_usd FROM silver.payments WHERE user_id IS NULL
