/*
reason: A subscription that ends before it starts, or is canceled without an end, is refused by the contract.
*/
SELECT subscription_id, start_date, end_date, status FROM silver.subscriptions
WHERE end_date < start_date OR (status = 'canceled' AND end_date IS NULL)
