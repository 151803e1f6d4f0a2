-- Equal lines of one receipt are told apart by their ordinal.
SELECT t.* EXCLUDE (line_no),
  coalesce(line_no, row_number() OVER (PARTITION BY feed_owner, receipt_no, sku ORDER BY purchase_order, order_name, quantity, condition, received_on, row_no)) AS line_no
FROM stage.typed AS t
