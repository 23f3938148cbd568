/*
description: Customers of each plan
key: plan
*/
SELECT plan, CAST(COUNT(*) AS BIGINT) AS customers, CAST(COUNT(email) AS BIGINT) AS with_email
FROM silver.changes
GROUP BY plan
