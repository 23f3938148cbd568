/*
description: Cost and cost per click of each campaign
key: campaign_id
*/
SELECT
  campaign_id,
  MAX(campaign) AS campaign,
  CAST(COALESCE(SUM(cost), 0) AS DECIMAL(38,2)) AS cost,
  CAST(SUM(clicks) AS BIGINT) AS clicks,
  CAST(SUM(cost) AS DOUBLE) / NULLIF(CAST(SUM(clicks) AS DOUBLE), 0) AS cost_per_click
FROM silver.costs
GROUP BY campaign_id
