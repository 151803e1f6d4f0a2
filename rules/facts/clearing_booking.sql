/*
title = "What Odoo booked on each clearing account, and what it belongs to"
kind = "fact"
why = "A journal item belongs to the payout whose id its reference is, else to the one order that its reference, or the number in it, names; where several orders have that name, to the one with a payment or refund of its amount, else of its day; what takes an entry back belongs where that entry belongs. The entry of a payment that was cancelled has no items. An item of neither is somebody else's."
reads = ["clearing_of", "clearing_scope", "payout_ref", "payout_entry", "odoo_move_current", "odoo_journal_item_current", "odoo_payment_current", "sale_order_of", "order_fact", "invoice_fact", "tender", "payment_withdrawn"]
*/
WITH label AS (
  SELECT entity, order_name AS ref, store, order_name FROM order_fact
  UNION ALL SELECT entity, name, store, order_name FROM invoice_fact WHERE order_name IS NOT NULL
  UNION ALL SELECT entity, name, store, order_name FROM sale_order_of WHERE NOT is_tie
), reference AS (
  SELECT entity, ref, min(store) AS store, min(order_name) AS order_name FROM label GROUP BY entity, ref HAVING min(store) = max(store) AND min(order_name) = max(order_name)
), item AS (
  SELECT s.account, s.entity, i.odoo_id, coalesce(m.reversed_id, i.move_odoo_id, concat('item ', i.odoo_id)) AS root_id, i.move_name, coalesce(r.ref, i.ref, m.ref, p.memo, '') AS ref, regexp_extract(coalesce(r.ref, i.ref, m.ref, p.memo, ''), '(^|[ ,])(#?[A-Za-z0-9-]*[0-9])($|[ ,])', 2) AS named, i.debit - i.credit AS amount, i.booked_on,
    i.booked_on BETWEEN s.begins_on AND s.as_of AS is_booked, i.booked_on < s.begins_on AS is_before, i.file_id, i.row_no
  FROM clearing_scope AS s JOIN odoo_journal_item_current AS i ON i.entity = s.entity AND i.account_code = s.odoo_account AND i.parent_state = 'posted'
  LEFT JOIN odoo_move_current AS m ON m.entity = i.entity AND m.odoo_id = i.move_odoo_id
  LEFT JOIN odoo_move_current AS r ON r.entity = m.entity AND r.odoo_id = m.reversed_id  -- taken back in Odoo: it belongs to what it takes back
  LEFT JOIN odoo_payment_current AS p ON i.ref IS NULL AND p.entity = i.entity AND p.move_odoo_id = i.move_odoo_id
  WHERE NOT EXISTS (SELECT 1 FROM payment_withdrawn AS w WHERE w.entity = i.entity AND w.move_odoo_id = i.move_odoo_id)
), of_payout AS (
  SELECT i.account, i.odoo_id, p.account AS payout_account, p.payout_id
  FROM payout_ref AS p LEFT JOIN clearing_of AS c ON c.account = p.account JOIN item AS i ON i.account = coalesce(c.lead, p.account) AND i.ref = p.ref WHERE i.is_booked OR i.is_before
  UNION
  SELECT i.account, i.odoo_id, e.account, e.payout_id
  FROM payout_entry AS e LEFT JOIN clearing_of AS c ON c.account = e.account JOIN item AS i ON i.account = coalesce(c.lead, e.account) AND i.root_id = e.odoo_id WHERE i.is_booked OR i.is_before
), called AS (
  SELECT account, entity, odoo_id, ref FROM item
  UNION ALL SELECT account, entity, odoo_id, named FROM item WHERE named <> ref
), shared AS (
  SELECT l.entity, l.ref, l.store, l.order_name FROM label AS l JOIN (SELECT entity, ref FROM label GROUP BY entity, ref HAVING min(store) < max(store) OR min(order_name) < max(order_name)) AS m ON m.entity = l.entity AND m.ref = l.ref GROUP BY l.entity, l.ref, l.store, l.order_name
), event AS (
  SELECT i.account, i.odoo_id, s.store, s.order_name, bool_or(CASE WHEN t.side = 'refund' THEN - t.amount ELSE t.amount END = i.amount) AS is_alike, bool_or(CASE WHEN t.side = 'refund' THEN - t.amount ELSE t.amount END = i.amount AND abs(t.created_on - i.booked_on) <= 1) AS is_same, bool_or(abs(t.created_on - i.booked_on) <= 1) AS is_near
  FROM item AS i JOIN called AS c ON c.account = i.account AND c.odoo_id = i.odoo_id JOIN shared AS s ON s.entity = c.entity AND s.ref = c.ref JOIN tender AS t ON t.store = s.store AND t.order_name = s.order_name
  LEFT JOIN clearing_of AS l ON l.account = t.account WHERE coalesce(l.lead, t.account) = i.account
  GROUP BY i.account, i.odoo_id, s.store, s.order_name
), meant AS (
  SELECT account, odoo_id, min(store) FILTER (WHERE is_same) AS same_store, min(order_name) FILTER (WHERE is_same) AS same_name, count(*) FILTER (WHERE is_same) AS same, min(store) FILTER (WHERE is_alike) AS alike_store, min(order_name) FILTER (WHERE is_alike) AS alike_name,
    count(*) FILTER (WHERE is_alike) AS alike, min(store) FILTER (WHERE is_near) AS near_store, min(order_name) FILTER (WHERE is_near) AS near_name, count(*) FILTER (WHERE is_near) AS near
  FROM event GROUP BY account, odoo_id
), of_order AS (
  SELECT c.account, c.odoo_id, min(r.store) AS store, min(r.order_name) AS order_name
  FROM called AS c JOIN reference AS r ON r.entity = c.entity AND r.ref = c.ref
  WHERE NOT EXISTS (SELECT 1 FROM of_payout AS p WHERE p.account = c.account AND p.odoo_id = c.odoo_id) AND NOT EXISTS (SELECT 1 FROM meant AS m WHERE m.account = c.account AND m.odoo_id = c.odoo_id)
  GROUP BY c.account, c.odoo_id HAVING min(r.store) = max(r.store) AND min(r.order_name) = max(r.order_name)
  UNION ALL
  SELECT m.account, m.odoo_id, CASE WHEN m.same = 1 THEN m.same_store WHEN m.alike = 1 THEN m.alike_store ELSE m.near_store END, CASE WHEN m.same = 1 THEN m.same_name WHEN m.alike = 1 THEN m.alike_name ELSE m.near_name END
  FROM meant AS m WHERE (m.same = 1 OR m.alike = 1 OR (m.same = 0 AND m.alike = 0 AND m.near = 1)) AND NOT EXISTS (SELECT 1 FROM of_payout AS p WHERE p.account = m.account AND p.odoo_id = m.odoo_id)
)
SELECT i.account, i.entity, i.odoo_id, i.root_id, i.move_name, i.ref, i.named, i.booked_on, i.amount, i.is_booked, i.is_before, p.payout_id, p.payout_account, o.store, o.order_name, i.file_id, i.row_no
FROM item AS i LEFT JOIN of_payout AS p ON p.account = i.account AND p.odoo_id = i.odoo_id LEFT JOIN of_order AS o ON o.account = i.account AND o.odoo_id = i.odoo_id
