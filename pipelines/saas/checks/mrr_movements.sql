/*
reason: Recurring revenue must be that of the day before plus the movements of the day; else a change is in no movement or in two.
*/
SELECT date, mrr, change, moved FROM (
  SELECT
    date,
    mrr,
    mrr - COALESCE(LAG(mrr) OVER (ORDER BY date NULLS LAST), 0) AS change,
    new_mrr + reactivation_mrr + expansion_mrr - contraction_mrr - churned_mrr AS moved
  FROM gold.mrr_daily
) AS steps WHERE change <> moved
