-- All tables as ZSTD Parquet, in the folders of the layers.

-- The physical number of each line: `shifts` says by how much it runs ahead from a row on.
CREATE TEMP TABLE numbers AS
SELECT batch, unnest(range(first_row, next_row))::INTEGER AS row, unnest(range(first_row + shift, next_row + shift))::INTEGER AS line_number
FROM (SELECT *, lead(first_row, 1, (SELECT count(*) FROM lines)) OVER (ORDER BY first_row) AS next_row FROM shifts);

CREATE TABLE quarantine AS
SELECT 'events' AS source, file_name AS source_file, batch_id, line_number, r.reject_reason,
  coalesce(slow.raw, lines.line[:4096]) AS raw, DATE '$ingest_date' AS ingest_date
FROM (SELECT row, reject_reason FROM records WHERE reject_reason IS NOT NULL) r
  JOIN lines ON lines.rowid = r.row JOIN numbers ON numbers.row = r.row JOIN batches USING (batch) LEFT JOIN slow ON slow.row = r.row
UNION ALL
SELECT 'subscriptions', file_name, batch_id, line_number, reject_reason, raw[:4096], DATE '$ingest_date' FROM subscription_records WHERE reject_reason IS NOT NULL
UNION ALL
SELECT 'marketing_spend', file_name, batch_id, line_number, reject_reason, raw[:4096], DATE '$ingest_date' FROM spend_records WHERE reject_reason IS NOT NULL
ORDER BY source, batch_id, line_number;

-- Bronze: the bytes of each line with its end.
CREATE TEMP TABLE refused AS
SELECT row, reject_reason FROM records WHERE reject_reason IS NOT NULL UNION ALL SELECT row, NULL FROM slow WHERE reject_reason = 'blank';
COPY (
  SELECT batch_id, file_name AS source_file, line_number, coalesce(odd.raw, encode(l.line || chr(10))) AS raw,
    coalesce(slow.reject_reason <> 'blank', true) AS is_record, refused.reject_reason, DATE '$ingest_date' AS ingest_date
  FROM (SELECT rowid AS row, line FROM lines) l JOIN numbers USING (row) JOIN batches USING (batch)
    LEFT JOIN odd USING (row) LEFT JOIN refused USING (row) LEFT JOIN slow USING (row)
  UNION ALL
  SELECT batch_id, file_name, line_number, raw, false, NULL, DATE '$ingest_date' FROM blanks JOIN batches USING (batch)
) TO '$out/bronze/events' (FORMAT parquet, COMPRESSION zstd, PARTITION_BY (ingest_date), WRITE_PARTITION_COLUMNS true);
COPY (
  SELECT batch_id, file_name AS source_file, line_number, raw, true AS is_record, reject_reason, DATE '$ingest_date' AS ingest_date FROM subscription_records
) TO '$out/bronze/subscriptions' (FORMAT parquet, COMPRESSION zstd, PARTITION_BY (ingest_date), WRITE_PARTITION_COLUMNS true);
COPY (
  SELECT batch_id, file_name AS source_file, line_number, raw, true AS is_record, reject_reason, DATE '$ingest_date' AS ingest_date FROM spend_records
) TO '$out/bronze/marketing_spend' (FORMAT parquet, COMPRESSION zstd, PARTITION_BY (ingest_date), WRITE_PARTITION_COLUMNS true);

COPY events TO '$out/silver/events' (FORMAT parquet, COMPRESSION zstd, PARTITION_BY (event_date), WRITE_PARTITION_COLUMNS true);
COPY (SELECT * EXCLUDE (place, variants), place = 1 AS is_winner FROM variants WHERE variants > 1 ORDER BY event_id, place)
  TO '$out/silver/event_conflicts.parquet' (FORMAT parquet, COMPRESSION zstd);
COPY (SELECT *, strftime(event_date, '%Y-%m') AS event_month FROM payments)
  TO '$out/silver/payments' (FORMAT parquet, COMPRESSION zstd, PARTITION_BY (event_month));
COPY (SELECT *, strftime(event_date, '%Y-%m') AS event_month FROM user_days)
  TO '$out/silver/user_days' (FORMAT parquet, COMPRESSION zstd, PARTITION_BY (event_month));
COPY users TO '$out/silver/users.parquet' (FORMAT parquet, COMPRESSION zstd);
COPY subscriptions TO '$out/silver/subscriptions.parquet' (FORMAT parquet, COMPRESSION zstd);
COPY marketing_spend TO '$out/silver/marketing_spend.parquet' (FORMAT parquet, COMPRESSION zstd);
COPY spend_gaps TO '$out/silver/spend_gaps.parquet' (FORMAT parquet, COMPRESSION zstd);
COPY quarantine TO '$out/silver/quarantine' (FORMAT parquet, COMPRESSION zstd, PARTITION_BY (ingest_date), WRITE_PARTITION_COLUMNS true);

COPY daily_active_users TO '$out/gold/daily_active_users.parquet' (FORMAT parquet, COMPRESSION zstd);
COPY daily_revenue_gross TO '$out/gold/daily_revenue_gross.parquet' (FORMAT parquet, COMPRESSION zstd);
COPY daily_revenue_net TO '$out/gold/daily_revenue_net.parquet' (FORMAT parquet, COMPRESSION zstd);
COPY mrr_daily TO '$out/gold/mrr_daily.parquet' (FORMAT parquet, COMPRESSION zstd);
COPY mrr_monthly TO '$out/gold/mrr_monthly.parquet' (FORMAT parquet, COMPRESSION zstd);
COPY weekly_cohort_retention TO '$out/gold/weekly_cohort_retention.parquet' (FORMAT parquet, COMPRESSION zstd);
COPY cac_by_channel TO '$out/gold/cac_by_channel.parquet' (FORMAT parquet, COMPRESSION zstd);
COPY ltv_per_user TO '$out/gold/ltv_per_user.parquet' (FORMAT parquet, COMPRESSION zstd);
COPY ltv_cac_ratio TO '$out/gold/ltv_cac_ratio.parquet' (FORMAT parquet, COMPRESSION zstd);

CREATE TABLE counts AS
SELECT 'events read' AS name, (SELECT count(*) FROM records) AS count
UNION ALL SELECT 'events accepted', (SELECT count(*) FROM accepted)
UNION ALL SELECT * FROM (SELECT source || ' ' || reject_reason, count(*) FROM quarantine GROUP BY 1 ORDER BY 1)
UNION ALL SELECT 'subscriptions read', (SELECT count(*) FROM subscription_records)
UNION ALL SELECT 'marketing_spend read', (SELECT count(*) FROM spend_records)
UNION ALL SELECT 'silver.events', (SELECT count(*) FROM events)
UNION ALL SELECT 'conflicting event ids', (SELECT count(DISTINCT event_id) FROM variants WHERE variants > 1)
UNION ALL SELECT 'silver.subscriptions', (SELECT count(*) FROM subscriptions)
UNION ALL SELECT 'silver.marketing_spend', (SELECT count(*) FROM marketing_spend)
UNION ALL SELECT 'silver.user_days', (SELECT count(*) FROM user_days)
UNION ALL SELECT 'silver.payments', (SELECT count(*) FROM payments);
