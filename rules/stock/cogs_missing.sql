/*
title = "Goods left and their cost is not in the books"
kind = "check"
rule = "Q-05"
code = "COGS_MISSING"
severity = "high"
class = "BUSINESS"
subject = "order"
owner = "accounting"
why = "Revenue without its cost is too much profit, and stock that is gone stays an asset. The cost stands in the entry of the invoice or of the delivery, on an account of the role `cogs`. An order is judged where most invoiced orders with goods of each of its categories have their cost: books that value a category once a month by hand have it in no entry of an order."
suggestion = "Look at the product's category and cost in Odoo; post the missing cost."
reads = ["pack_on", "map_account", "map_entity", "odoo_journal_item_current", "odoo_stock_move_current", "odoo_product_current", "picking_fact", "invoice_fact", "watermark_fact", "rule_parameter"]
needs = ["odoo_move", "odoo_journal_item"]
against = ["odoo_stock_move_current"]
pack = "stock"

[parameters.days]
default = "5"
meaning = "days from the later of delivery and invoice to the entry of the cost"
*/
WITH booked AS (
  SELECT DISTINCT i.entity, i.move_odoo_id, split_part(coalesce(i.ref, ''), ' - ', 1) AS picking
  FROM pack_on AS o JOIN map_account AS a ON a.entity = o.entity AND a.role = 'cogs'
  JOIN odoo_journal_item_current AS i ON i.entity = o.entity AND i.account_code = a.odoo_account AND i.parent_state = 'posted' AND i.debit <> i.credit AND i.booked_on BETWEEN a.valid_from AND a.valid_to
  WHERE o.pack = 'stock'
), moved AS (
  SELECT p.entity, p.store, p.order_name, p.name AS picking, p.done_on, m.sku, abs(m.amount) AS amount, m.file_id, m.row_no
  FROM pack_on AS o JOIN picking_fact AS p ON p.entity = o.entity AND p.direction = 'out' AND p.state = 'done' AND p.done_on >= o.since
  JOIN odoo_stock_move_current AS m ON m.entity = p.entity AND m.picking = p.name AND m.state = 'done' AND m.quantity > 0 AND m.amount <> 0
  WHERE o.pack = 'stock'
), invoiced AS (
  SELECT entity, store, order_name, max(booked_on) AS booked_on FROM invoice_fact WHERE move_type = 'out_invoice' GROUP BY entity, store, order_name
), costed AS (
  SELECT f.store, f.order_name FROM invoice_fact AS f JOIN booked AS b ON b.entity = f.entity AND b.move_odoo_id = f.odoo_id
  UNION
  SELECT m.store, m.order_name FROM moved AS m JOIN booked AS b ON b.entity = m.entity AND b.picking = m.picking
), sold AS (
  -- what may still have its entry says nothing of the habit
  SELECT m.entity, m.store, m.order_name, max(m.done_on) AS done_on, max(v.booked_on) AS booked_on, sum(m.amount) AS amount, string_agg(DISTINCT m.picking, ', ' ORDER BY m.picking) AS pickings, min(concat(m.file_id, ':', m.row_no)) AS evidence
  FROM moved AS m JOIN invoiced AS v ON v.entity = m.entity AND v.store = m.store AND v.order_name = m.order_name
  JOIN rule_parameter AS k ON k.rule = 'Q-05' AND k.name = 'days' AND k.entity = m.entity
  JOIN watermark_fact AS w ON w.source = 'odoo_journal_item' AND w.owner_key = m.entity
  GROUP BY m.entity, m.store, m.order_name, k.value, w.complete_until HAVING greatest(max(m.done_on), max(v.booked_on)) + CAST(k.value AS INTEGER) <= w.complete_until
), kind AS (
  SELECT DISTINCT m.entity, m.store, m.order_name, coalesce(p.category, '') AS category
  FROM moved AS m JOIN sold AS s ON s.store = m.store AND s.order_name = m.order_name LEFT JOIN odoo_product_current AS p ON p.entity = m.entity AND p.sku = m.sku
), habit AS (
  SELECT k.entity, k.category FROM kind AS k LEFT JOIN costed AS c ON c.store = k.store AND c.order_name = k.order_name
  GROUP BY k.entity, k.category HAVING 2 * count(c.order_name) > count(*)
), judged AS (
  SELECT k.store, k.order_name FROM kind AS k LEFT JOIN habit AS h ON h.entity = k.entity AND h.category = k.category GROUP BY k.store, k.order_name HAVING count(*) = count(h.category)
)
SELECT s.entity, s.store, concat(s.store, '/', s.order_name) AS subject_key, CAST(s.amount AS DECIMAL(18,4)) AS expected, CAST(0 AS DECIMAL(18,4)) AS actual, CAST(s.amount AS DECIMAL(18,4)) AS difference, e.base_currency AS currency, NULL AS due_on,
  concat('Goods of ', s.order_name, ' for ', CAST(CAST(s.amount AS DECIMAL(18,4)) AS VARCHAR), ' left with ', s.pickings, ' by ', CAST(s.done_on AS VARCHAR), ' and were invoiced; neither the invoice nor the delivery has an entry of their cost.') AS cause, s.evidence, NULL AS candidates
FROM sold AS s
JOIN judged AS j ON j.store = s.store AND j.order_name = s.order_name
JOIN (SELECT entity, min(base_currency) AS base_currency FROM map_entity GROUP BY entity) AS e ON e.entity = s.entity
WHERE NOT EXISTS (SELECT 1 FROM costed AS c WHERE c.store = s.store AND c.order_name = s.order_name)
ORDER BY subject_key
