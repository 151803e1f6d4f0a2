/*
title = "Parts of an order that are no revenue, and what the invoices put on their account"
kind = "fact"
why = "A gift card that was sold is owed, a tip may belong to others: each has its own role in accounts.csv. A gift card is a line without tax whose title says so."
reads = ["sales_order_line_current", "order_fact", "rule_parameter", "map_account", "invoice_fact", "invoice_taken_back", "odoo_journal_item_current"]
*/
WITH title AS (
  SELECT s.entity, trim(s.word) AS word FROM (SELECT p.entity, unnest(string_split(lower(p.value), ',')) AS word FROM rule_parameter AS p WHERE p.rule = 'G-01' AND p.name = 'titles') AS s
), line AS (
  SELECT o.store, o.order_name, o.entity, o.created_on, l.line_no, l.is_tip, lower(l.title) AS title, l.quantity * l.unit_price - coalesce(l.discount, 0) AS amount
  FROM sales_order_line_current AS l JOIN order_fact AS o ON o.store = l.store AND o.order_name = l.order_name
  WHERE NOT o.is_void AND (l.is_tip OR NOT coalesce(l.taxable, TRUE))
), part AS (
  SELECT store, order_name, entity, created_on, 'tip' AS part, 'tips' AS role, sum(amount) AS amount FROM line WHERE is_tip GROUP BY store, order_name, entity, created_on
  UNION ALL
  SELECT store, order_name, entity, created_on, 'gift card', 'gift_card_liability', sum(amount)
  FROM line AS l WHERE NOT is_tip AND EXISTS (SELECT 1 FROM title AS t WHERE t.entity = l.entity AND t.word <> '' AND contains(l.title, t.word)) GROUP BY store, order_name, entity, created_on
), owed AS (
  SELECT DISTINCT p.store, p.order_name, p.entity, p.part, p.role, CAST(p.amount AS DECIMAL(18,4)) AS amount, m.odoo_account
  FROM part AS p JOIN map_account AS m ON m.entity = p.entity AND m.role = p.role AND p.created_on BETWEEN m.valid_from AND m.valid_to WHERE p.amount > 0
), invoiced AS (
  SELECT i.store, i.order_name, i.entity, j.account_code, sum(CASE WHEN j.currency = i.currency THEN - coalesce(j.amount_currency, j.debit - j.credit) ELSE j.credit - j.debit END) AS amount
  FROM (SELECT DISTINCT store, order_name FROM owed) AS w JOIN invoice_fact AS i ON i.store = w.store AND i.order_name = w.order_name AND i.move_type <> 'out_refund' AND NOT coalesce(i.is_shared, FALSE)
  JOIN odoo_journal_item_current AS j ON j.entity = i.entity AND j.move_odoo_id = i.odoo_id
  WHERE NOT EXISTS (SELECT 1 FROM invoice_taken_back AS t WHERE t.entity = i.entity AND t.invoice_id = i.odoo_id)
  GROUP BY i.store, i.order_name, i.entity, j.account_code
), landed AS (
  SELECT DISTINCT store, order_name FROM invoiced
)
SELECT w.store, w.order_name, w.entity, w.part, w.role, w.amount, string_agg(DISTINCT w.odoo_account, ', ' ORDER BY w.odoo_account) AS odoo_account, coalesce(sum(i.amount), 0) AS booked
FROM owed AS w JOIN landed AS l ON l.store = w.store AND l.order_name = w.order_name
LEFT JOIN invoiced AS i ON i.store = w.store AND i.order_name = w.order_name AND i.account_code = w.odoo_account
GROUP BY w.store, w.order_name, w.entity, w.part, w.role, w.amount
