/*
reason: "A payment takes effect on its own day or later: a refund never before its purchase."
whole: false
*/
SELECT event_id, event_date, effective_date FROM silver.payments WHERE effective_date < event_date
