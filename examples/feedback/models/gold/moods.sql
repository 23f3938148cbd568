/*
description: Good and bad answers of each product
key: product
*/
SELECT
  product,
  CAST(COUNT(CASE WHEN mood = 'good' THEN 1 END) AS BIGINT) AS good,
  CAST(COUNT(CASE WHEN mood = 'bad' THEN 1 END) AS BIGINT) AS bad,
  CAST(COUNT(*) AS BIGINT) AS answers
FROM silver.answers
GROUP BY product
