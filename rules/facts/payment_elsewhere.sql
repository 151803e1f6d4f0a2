/*
title = "Payments of orders that stand on another company's clearing account"
kind = "fact"
why = "An entry that belongs to no payout and no order of its company, or to one of the same name whose payments are booked to the cent without it, names an order of another one, and has exactly what that order's own clearing account lacks; nothing else fits either of them. The currency may be the other company's: whoever picks the wrong company types the same figure."
reads = ["clearing_of", "clearing_booking", "clearing_scope", "order_on_clearing", "tender"]
*/
WITH entry AS (
  SELECT b.account, b.store, b.order_name, b.root_id, min(b.move_name) AS move_name, min(b.booked_on) AS booked_on, min(b.ref) AS ref, min(b.named) AS named, sum(b.amount) AS amount, min(b.file_id) AS file_id, min(b.row_no) AS row_no
  FROM clearing_booking AS b
  WHERE b.is_booked AND b.payout_id IS NULL AND (b.order_name IS NULL OR EXISTS (SELECT 1 FROM order_on_clearing AS d WHERE d.account = b.account AND d.store = b.store AND d.order_name = b.order_name AND NOT d.agrees AND d.amount = b.amount)
    AND NOT EXISTS (SELECT 1 FROM tender AS t LEFT JOIN clearing_of AS c ON c.account = t.account WHERE coalesce(c.lead, t.account) = b.account AND t.store = b.store AND t.order_name = b.order_name AND t.amount = abs(b.amount)))
  GROUP BY b.account, b.store, b.order_name, b.root_id HAVING sum(b.amount) <> 0
), fitting AS (
  SELECT d.account, d.store, d.order_name, d.entity, d.currency, d.amount, s.entity AS other_entity, s.company, s.currency AS other_currency, s.odoo_account AS other_code, e.account AS other_account, e.store AS other_store, e.root_id, e.move_name, e.booked_on, e.file_id, e.row_no,
    count(*) OVER (PARTITION BY d.account, d.store, d.order_name) AS entries, count(*) OVER (PARTITION BY e.account, e.root_id) AS orders
  FROM order_on_clearing AS d JOIN entry AS e ON d.order_name IN (e.ref, e.named) AND e.amount = - d.amount
  JOIN clearing_scope AS s ON s.account = e.account AND s.entity <> d.entity
  WHERE NOT d.agrees
)
SELECT account, store, order_name, entity, currency, amount, other_entity, company, other_currency, other_code, other_account, other_store, root_id, move_name, booked_on, file_id, row_no FROM fitting WHERE entries = 1 AND orders = 1
