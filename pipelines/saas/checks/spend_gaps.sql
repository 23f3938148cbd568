/*
severity: warn
reason: Days without spend between a channel’s first and last make its cost per customer look better than it is.
*/
SELECT channel, first_day, last_day, days FROM silver.spend_gaps
