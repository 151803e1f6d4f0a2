-- Equal lines of one shipment are told apart by their ordinal.
SELECT t.* EXCLUDE (line_no),
  coalesce(line_no, row_number() OVER (PARTITION BY feed_owner, shipment_no, sku ORDER BY order_name, quantity, shipped_on, shipped_at, tracking_no, row_no)) AS line_no
FROM stage.typed AS t
