/*
title = "What carriers charged and handed over, with the entity that it is of"
kind = "fact"
why = "A feed of a store belongs to the store's entity on the day of the invoice. Charges are positive, what the carrier gives back is negative; the kind `cod_remitted` is money that it collected and handed over. Nothing where the pack `carriers` is off."
reads = ["pack_on", "carrier_invoice_line_current", "map_store", "map_entity"]
*/
WITH owner AS (
  SELECT store AS place, entity, valid_from, valid_to FROM map_store
  UNION ALL
  SELECT DISTINCT entity, entity, DATE '1900-01-01', DATE '9999-12-31' FROM map_entity
)
SELECT w.entity, o.since, c.place, c.carrier, c.invoice_no, nullif(c.tracking_no, '') AS tracking_no, lower(c.charge_type) AS charge_type, c.order_name, c.amount, c.currency, c.invoiced_on, c.file_id, c.row_no
FROM carrier_invoice_line_current AS c
JOIN owner AS w ON w.place = c.place AND c.invoiced_on BETWEEN w.valid_from AND w.valid_to
JOIN pack_on AS o ON o.entity = w.entity AND o.pack = 'carriers'
