/*
description: Pieces and orders of each product
key: sku
*/
SELECT
  sku,
  CAST(SUM(quantity) AS BIGINT) AS pieces,
  CAST(COUNT(DISTINCT order_id) AS BIGINT) AS orders
FROM silver.items
GROUP BY sku
