/*
reason: Net revenue must be gross revenue less refunds on every day, and gross must agree between both tables.
*/
SELECT net.date, net.gross_revenue, net.refunds, net.net_revenue, gross.gross_revenue AS gross_table
FROM gold.daily_revenue_net AS net
LEFT JOIN gold.daily_revenue_gross AS gross ON gross.date = net.date
WHERE net.net_revenue <> net.gross_revenue - net.refunds
  OR gross.gross_revenue IS NULL OR gross.gross_revenue <> net.gross_revenue
