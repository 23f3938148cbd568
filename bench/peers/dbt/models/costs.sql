SELECT
  CAST("Day" AS DATE) AS day,
  "Campaign ID" AS campaign_id,
  CAST(NULLIF(TRIM(REPLACE(REPLACE("Cost", '€', ''), ',', '')), '--') AS DECIMAL(18, 2)) AS cost
FROM read_csv('{{ var("folder") }}/costs-1.csv', skip = 2, header = true, all_varchar = true)
WHERE "Day" <> 'Total'
