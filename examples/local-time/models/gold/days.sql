/*
description: Shifts by the local day on which they began, and how long they were
key: day
partition: month(day)
reads:
  silver.shifts: day(day)
*/
SELECT
  day,
  CAST(COUNT(*) AS BIGINT) AS shifts,
  CAST(SUM(DATE_DIFF('minute', began, ended)) AS BIGINT) AS minutes
FROM silver.shifts
GROUP BY day
