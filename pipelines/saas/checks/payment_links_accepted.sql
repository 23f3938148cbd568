/*
reason: A payment is a purchase, or a refund that is linked to a purchase or an orphan; revenue knows no third kind.
whole: false
*/
SELECT event_id, kind, link_status, purchase_event_id FROM silver.payments
WHERE NOT ((kind = 'purchase' AND link_status IS NULL AND purchase_event_id IS NULL)
  OR (kind = 'refund' AND link_status IS NOT NULL
    AND ((link_status = 'linked' AND purchase_event_id IS NOT NULL)
      OR (link_status = 'orphan' AND purchase_event_id IS NULL))))
