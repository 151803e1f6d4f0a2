/*
title = "Tax of order and invoice are of different kinds"
kind = "check"
rule = "T-01"
code = "TAX_AMOUNT_DIFF"
severity = "high"
class = "BUSINESS"
subject = "order"
owner = "tax"
why = "The amount is right and another authority gets it. Compared by tax where taxes.csv knows every tax of the order, and of its invoice; where the amounts differ as a whole, or a tax is not known, that is the finding. Of taxes that the channel owes, and of an invoice of several orders, nothing is said."
suggestion = "Correct the fiscal position; credit the invoice and invoice again."
reads = ["order_fact", "order_invoice", "invoice_fact", "facilitator_tax", "correcting_note", "invoice_taken_back", "odoo_journal_item_current", "sales_order_tax_current", "sales_order_line_current", "map_tax", "allowance", "watermark_fact"]
needs = ["odoo_move", "odoo_journal_item"]

[parameters.per_line]
default = "1 unit"
meaning = "rounding allowed per line: an amount, or smallest units of the currency"
*/
WITH known AS (
  SELECT entity, odoo_tax, string_agg(DISTINCT coalesce(jurisdiction, ''), ', ' ORDER BY coalesce(jurisdiction, '')) AS jurisdiction FROM map_tax GROUP BY entity, odoo_tax
), booked AS (
  SELECT i.store, i.order_name, i.entity, j.tax_name, sum(CASE WHEN j.currency = i.currency THEN - coalesce(j.amount_currency, j.debit - j.credit) ELSE j.credit - j.debit END) AS amount
  FROM invoice_fact AS i JOIN odoo_journal_item_current AS j ON j.entity = i.entity AND j.move_odoo_id = i.odoo_id AND j.tax_name IS NOT NULL
  WHERE (i.move_type <> 'out_refund' OR EXISTS (SELECT 1 FROM correcting_note AS c WHERE c.entity = i.entity AND c.odoo_id = i.odoo_id)) AND i.order_name IS NOT NULL AND NOT EXISTS (SELECT 1 FROM invoice_taken_back AS t WHERE t.entity = i.entity AND t.invoice_id = i.odoo_id)
  GROUP BY i.store, i.order_name, i.entity, j.tax_name
), told AS (
  SELECT t.store, t.order_name, m.odoo_tax, t.amount
  FROM sales_order_tax_current AS t JOIN order_fact AS o ON o.store = t.store AND o.order_name = t.order_name
  LEFT JOIN map_tax AS m ON m.entity = o.entity AND m.source_tax = t.tax_name AND o.created_on BETWEEN m.valid_from AND m.valid_to
), whole AS (
  -- every tax of the order is known, and every one of its invoice; an extract without the names of taxes says nothing
  SELECT t.store, t.order_name
  FROM told AS t JOIN order_fact AS o ON o.store = t.store AND o.order_name = t.order_name JOIN (SELECT DISTINCT entity FROM booked) AS n ON n.entity = o.entity
  LEFT JOIN (SELECT DISTINCT b.store, b.order_name FROM booked AS b LEFT JOIN known AS k ON k.entity = b.entity AND k.odoo_tax = b.tax_name WHERE k.odoo_tax IS NULL) AS u ON u.store = t.store AND u.order_name = t.order_name
  WHERE NOT EXISTS (SELECT 1 FROM facilitator_tax AS f WHERE f.store = t.store AND f.order_name = t.order_name) AND NOT EXISTS (SELECT 1 FROM invoice_fact AS i WHERE i.store = t.store AND i.order_name = t.order_name AND i.is_shared)
  GROUP BY t.store, t.order_name HAVING count(*) = count(t.odoo_tax) AND count(u.order_name) = 0 AND sum(t.amount) = max(o.taxes)  -- else they are those of a later edit
), side AS (
  SELECT b.store, b.order_name, b.tax_name, CAST(0 AS DECIMAL(38,4)) AS expected, b.amount AS actual FROM booked AS b JOIN known AS k ON k.entity = b.entity AND k.odoo_tax = b.tax_name
  UNION ALL
  SELECT store, order_name, odoo_tax, amount, 0 FROM told
), delta AS (
  SELECT s.store, s.order_name, s.tax_name, sum(s.expected) AS expected, sum(s.actual) AS actual
  FROM side AS s JOIN whole AS w ON w.store = s.store AND w.order_name = s.order_name GROUP BY s.store, s.order_name, s.tax_name HAVING sum(s.expected) <> sum(s.actual)
), shown AS (
  SELECT d.store, d.order_name, min(concat(j.file_id, ':', j.row_no)) AS evidence
  FROM delta AS d JOIN invoice_fact AS i ON i.store = d.store AND i.order_name = d.order_name AND i.move_type <> 'out_refund'
  JOIN odoo_journal_item_current AS j ON j.entity = i.entity AND j.move_odoo_id = i.odoo_id AND j.tax_name = d.tax_name
  WHERE NOT EXISTS (SELECT 1 FROM invoice_taken_back AS t WHERE t.entity = i.entity AND t.invoice_id = i.odoo_id)
  GROUP BY d.store, d.order_name
), taxed AS (
  SELECT store, order_name, count(*) AS lines FROM sales_order_line_current WHERE NOT is_tip GROUP BY store, order_name
), found AS (
  SELECT o.entity, o.store, o.order_name, o.currency, o.taxes, i.tax, o.file_id, o.row_no, greatest(sum(greatest(d.actual - d.expected, 0)), sum(greatest(d.expected - d.actual, 0))) AS difference, min(e.evidence) AS evidence,
    string_agg(concat(CAST(d.actual AS VARCHAR), ' of ', d.tax_name, CASE WHEN k.jurisdiction <> '' THEN concat(' (', k.jurisdiction, ')') ELSE '' END, ' instead of ', CAST(d.expected AS VARCHAR)), ', ' ORDER BY d.tax_name) AS words
  FROM order_fact AS o
  JOIN order_invoice AS i ON i.store = o.store AND i.order_name = o.order_name AND i.invoices = 1
  JOIN delta AS d ON d.store = o.store AND d.order_name = o.order_name
  LEFT JOIN known AS k ON k.entity = o.entity AND k.odoo_tax = d.tax_name
  LEFT JOIN shown AS e ON e.store = o.store AND e.order_name = o.order_name
  LEFT JOIN taxed AS t ON t.store = o.store AND t.order_name = o.order_name
  LEFT JOIN allowance AS u ON u.rule = 'T-01' AND u.name = 'per_line' AND u.entity = o.entity AND u.currency = o.currency
  JOIN watermark_fact AS w ON w.source = 'odoo_journal_item' AND w.owner_key = o.entity AND i.invoiced_on <= w.complete_until
  WHERE NOT o.is_void AND (o.changed_at IS NULL OR o.changed_at <= w.known_at) AND abs(d.actual - d.expected) > coalesce(u.amount, 0) * coalesce(t.lines, 1)
    AND abs(i.tax - o.taxes) <= coalesce(u.amount, 0) * coalesce(t.lines, 1) AND abs(i.total - o.total) <= coalesce(u.amount, 0) * coalesce(t.lines, 1)
  GROUP BY o.entity, o.store, o.order_name, o.currency, o.taxes, i.tax, o.file_id, o.row_no
)
SELECT entity, store, concat(store, '/', order_name) AS subject_key, taxes AS expected, tax AS actual, difference, currency, NULL AS due_on,
  concat('The invoice of ', order_name, ' has ', words, '.') AS cause, concat(file_id, ':', row_no, ' ', evidence) AS evidence, NULL AS candidates
FROM found
ORDER BY subject_key
