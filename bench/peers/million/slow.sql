-- Lines that need JavaScript: a peer has none.
CREATE TABLE slow AS
SELECT 0 AS row, '' AS event_id, '' AS user_id, '' AS event_type, '' AS timestamp, '' AS currency, '' AS refers_to_event_id,
  '' AS acquisition_channel, 0::DOUBLE AS schema_version, 0::DOUBLE AS amount, 0::DOUBLE AS tax, false AS bad_currency,
  '' AS reject_reason
WHERE false;
