/*
title = "What Odoo booked on each clearing account, and what it belongs to"
kind = "fact"
why = "A journal item belongs to the payout whose id its reference is, else to the one order that its reference, or the number in it, names; what takes an entry back belongs where that entry belongs. An item of neither is somebody else's."
reads = ["clearing_scope", "payout_ref", "payout_entry", "odoo_move_current", "odoo_journal_item_current", "odoo_payment_current", "odoo_sale_order_current", "order_fact", "invoice_fact"]
*/
WITH label AS (
  SELECT entity, order_name AS ref, store, order_name FROM order_fact
  UNION ALL SELECT entity, name, store, order_name FROM invoice_fact WHERE order_name IS NOT NULL
  UNION ALL SELECT e.entity, o.name, e.store, e.order_name FROM odoo_sale_order_current AS o JOIN order_fact AS e ON e.entity = o.entity AND e.order_name = coalesce(o.client_order_ref, o.origin)
), reference AS (
  SELECT entity, ref, min(store) AS store, min(order_name) AS order_name FROM label GROUP BY entity, ref HAVING min(store) = max(store) AND min(order_name) = max(order_name)
), item AS (
  SELECT s.account, s.entity, i.odoo_id, coalesce(m.reversed_id, i.move_odoo_id, concat('item ', i.odoo_id)) AS root_id, i.move_name, coalesce(r.ref, i.ref, m.ref, p.memo, '') AS ref, regexp_extract(coalesce(r.ref, i.ref, m.ref, p.memo, ''), '(^|[ ,])(#?[A-Za-z0-9-]*[0-9])($|[ ,])', 2) AS named, i.debit - i.credit AS amount, i.booked_on,
    i.booked_on BETWEEN s.begins_on AND s.as_of AS is_booked, i.booked_on < s.begins_on AS is_before, i.file_id, i.row_no
  FROM clearing_scope AS s JOIN odoo_journal_item_current AS i ON i.entity = s.entity AND i.account_code = s.odoo_account AND i.parent_state = 'posted'
  LEFT JOIN odoo_move_current AS m ON m.entity = i.entity AND m.odoo_id = i.move_odoo_id
  LEFT JOIN odoo_move_current AS r ON r.entity = m.entity AND r.odoo_id = m.reversed_id  -- taken back in Odoo: it belongs to what it takes back
  LEFT JOIN odoo_payment_current AS p ON i.ref IS NULL AND p.entity = i.entity AND p.move_odoo_id = i.move_odoo_id
), of_payout AS (
  SELECT i.account, i.odoo_id, p.payout_id FROM item AS i JOIN payout_ref AS p ON p.account = i.account AND p.ref = i.ref WHERE i.is_booked OR i.is_before
  UNION SELECT i.account, i.odoo_id, e.payout_id FROM item AS i JOIN payout_entry AS e ON e.account = i.account AND e.odoo_id = i.root_id WHERE i.is_booked OR i.is_before
), called AS (
  SELECT account, entity, odoo_id, ref FROM item
  UNION ALL SELECT account, entity, odoo_id, named FROM item WHERE named <> ref
), of_order AS (
  SELECT c.account, c.odoo_id, min(r.store) AS store, min(r.order_name) AS order_name
  FROM called AS c JOIN reference AS r ON r.entity = c.entity AND r.ref = c.ref
  WHERE NOT EXISTS (SELECT 1 FROM of_payout AS p WHERE p.account = c.account AND p.odoo_id = c.odoo_id)
  GROUP BY c.account, c.odoo_id HAVING min(r.store) = max(r.store) AND min(r.order_name) = max(r.order_name)
)
SELECT i.account, i.entity, i.odoo_id, i.root_id, i.move_name, i.ref, i.named, i.booked_on, i.amount, i.is_booked, i.is_before, p.payout_id, o.store, o.order_name, i.file_id, i.row_no
FROM item AS i LEFT JOIN of_payout AS p ON p.account = i.account AND p.odoo_id = i.odoo_id LEFT JOIN of_order AS o ON o.account = i.account AND o.odoo_id = i.odoo_id
