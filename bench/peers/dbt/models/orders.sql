SELECT
  "Bestell-Nr" AS number,
  STRPTIME("Bestellt am", '%d.%m.%Y %H:%M') AS at,
  CAST(NULLIF(REPLACE(REPLACE(TRIM(REPLACE("Summe", '€', '')), '.', ''), ',', '.'), '--') AS DECIMAL(18, 2)) AS total,
  LOWER("Status") AS status
FROM read_csv('{{ var("folder") }}/orders-1.csv', delim = ';', all_varchar = true)
WHERE TRY_STRPTIME("Bestellt am", '%d.%m.%Y %H:%M') IS NOT NULL
