/*
description: Coldest and warmest reading of each station and day
key: [day, station]
partition: month(day)
reads:
  silver.readings: day(day)
*/
SELECT
  day,
  station,
  CAST(COUNT(*) AS BIGINT) AS readings,
  MIN(celsius) AS coldest,
  MAX(celsius) AS warmest
FROM silver.readings
GROUP BY day, station
