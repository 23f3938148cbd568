/*
reason: A month’s opening subscribers and revenue, with what was gained, lost, raised and lowered, must be those of its end.
*/
SELECT churn.month, mrr, opening_mrr, gained_mrr, raised_mrr, lowered_mrr, lost_mrr, active_subscribers,
  opening_subscribers, gained_subscribers, lost_subscribers
FROM gold.churn_monthly AS churn
INNER JOIN gold.mrr_monthly AS monthly ON monthly.month = churn.month
WHERE opening_mrr + gained_mrr + raised_mrr - lowered_mrr - lost_mrr <> mrr
  OR opening_subscribers + gained_subscribers - lost_subscribers <> active_subscribers
