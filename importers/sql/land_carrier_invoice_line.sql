-- Equal charges of one shipment on one invoice are told apart by their ordinal.
SELECT t.* EXCLUDE (line_no, tracking_no, charge_type), coalesce(tracking_no, '') AS tracking_no, coalesce(charge_type, '') AS charge_type,
  coalesce(line_no, row_number() OVER (PARTITION BY feed_owner, carrier, invoice_no, tracking_no, charge_type ORDER BY amount, tax, order_name, shipped_on, weight, row_no)) AS line_no
FROM stage.typed AS t
