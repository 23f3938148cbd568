/* reason: What is paid has a total. */
SELECT order_id FROM silver.orders WHERE status = 'paid' AND total IS NULL
