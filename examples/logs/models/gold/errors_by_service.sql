/*
description: Lines, and how many of them are errors, by day and service
key: [day, service]
partition: month(day)
reads:
  silver.lines: day(day)
*/
SELECT
  day,
  service,
  CAST(COUNT(*) AS BIGINT) AS lines,
  CAST(SUM(CASE WHEN level = 'error' THEN 1 ELSE 0 END) AS BIGINT) AS errors
FROM silver.lines
GROUP BY day, service
