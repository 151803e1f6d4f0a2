/*
title = "What tills took through a terminal, with the processor account that settles it"
kind = "fact"
why = "The row of gateways.csv is looked for by the register's own name of the payment, else by its kind. An account that payments of the shop go through as well is not a terminal's alone, and is left to the rules on payments. Nothing where the pack `tills` is off."
reads = ["pack_on", "pos_closing_current", "pos_closing_payment_current", "map_store", "map_gateway", "map_processor_account", "tender"]
*/
SELECT s.entity, z.store, coalesce(n.account, k.account) AS account, z.register_id, z.closing_no, z.booked_on, z.created_at AS closed_at, p.amount, z.currency, p.file_id, p.row_no
FROM pack_on AS o
JOIN map_store AS s ON s.entity = o.entity
JOIN pos_closing_current AS z ON z.store = s.store AND z.booked_on BETWEEN s.valid_from AND s.valid_to AND z.booked_on >= o.since
JOIN pos_closing_payment_current AS p ON p.store = z.store AND p.register_id = z.register_id AND p.closing_no = z.closing_no
LEFT JOIN map_gateway AS n ON n.store = z.store AND n.gateway = p.payment_name AND z.booked_on BETWEEN n.valid_from AND n.valid_to
LEFT JOIN map_gateway AS k ON k.store = z.store AND k.gateway = p.payment_type AND z.booked_on BETWEEN k.valid_from AND k.valid_to
JOIN map_processor_account AS a ON a.account = coalesce(n.account, k.account) AND a.entity = s.entity AND a.currency = z.currency AND z.booked_on BETWEEN a.valid_from AND a.valid_to
WHERE o.pack = 'tills' AND NOT EXISTS (SELECT 1 FROM tender AS t WHERE t.account = a.account)
