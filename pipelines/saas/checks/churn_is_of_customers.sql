/*
reason: No more customers and revenue can be lost in a month than there were at its beginning.
*/
SELECT month, opening_subscribers, lost_subscribers, opening_mrr, lowered_mrr, lost_mrr FROM gold.churn_monthly
WHERE lost_subscribers > opening_subscribers OR lowered_mrr + lost_mrr > opening_mrr
