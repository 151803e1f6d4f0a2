/*
title = "Entries that stand beside an order's payments"
kind = "fact"
why = "Without it Odoo has booked exactly what was captured for the order, and it is no payment of Odoo's: whoever wrote it named the order, and it belongs to none of its payments. One of the amount of a payment is that payment booked twice, and no such entry."
reads = ["clearing_of", "order_on_clearing", "clearing_booking", "odoo_payment_current", "tender", "payment_elsewhere"]
*/
WITH entry AS (
  SELECT b.account, b.store, b.order_name, b.root_id, min(b.move_name) AS move_name, min(b.booked_on) AS booked_on, sum(b.amount) AS amount, min(b.entity) AS entity, min(b.file_id) AS file_id, min(b.row_no) AS row_no
  FROM clearing_booking AS b
  WHERE b.is_booked AND EXISTS (SELECT 1 FROM order_on_clearing AS d WHERE NOT d.agrees AND d.captured <> 0 AND d.account = b.account AND d.store = b.store AND d.order_name = b.order_name)
  GROUP BY b.account, b.store, b.order_name, b.root_id HAVING sum(b.amount) <> 0
), fitting AS (
  SELECT e.account, e.store, e.order_name, e.root_id, e.move_name, e.booked_on, e.amount, e.entity, e.file_id, e.row_no, count(*) OVER (PARTITION BY e.account, e.store, e.order_name) AS entries
  FROM order_on_clearing AS d JOIN entry AS e ON e.account = d.account AND e.store = d.store AND e.order_name = d.order_name AND e.amount = d.amount
  WHERE NOT d.agrees AND NOT d.is_elsewhere
    AND NOT EXISTS (SELECT 1 FROM payment_elsewhere AS x WHERE x.other_account = e.account AND x.root_id = e.root_id)
    AND NOT EXISTS (SELECT 1 FROM odoo_payment_current AS p WHERE p.entity = e.entity AND p.move_odoo_id = e.root_id)
    AND NOT EXISTS (SELECT 1 FROM tender AS t LEFT JOIN clearing_of AS c ON c.account = t.account WHERE coalesce(c.lead, t.account) = d.account AND t.store = d.store AND t.order_name = d.order_name AND t.amount = abs(d.amount))
)
SELECT account, store, order_name, root_id, move_name, booked_on, amount, file_id, row_no FROM fitting WHERE entries = 1
