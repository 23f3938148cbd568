/*
description: Answers and their mean, of the first three questions
key: question
*/
SELECT question, CAST(COUNT(*) AS BIGINT) AS answers, AVG(CAST(answer AS DOUBLE)) AS mean
FROM (
  SELECT 'q01' AS question, q01 AS answer FROM silver.answers
  UNION ALL SELECT 'q02', q02 FROM silver.answers
  UNION ALL SELECT 'q03', q03 FROM silver.answers
) AS long
WHERE answer IS NOT NULL
GROUP BY question
