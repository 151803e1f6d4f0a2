/*
title = "Tax that the channel owes stands in the shop's own liability"
kind = "check"
rule = "T-05"
code = "FACILITATOR_TAX_BOOKED"
severity = "high"
class = "BUSINESS"
subject = "order"
owner = "tax"
why = "The marketplace pays this tax to the authority; in the shop's own return it would be paid a second time. Held against the accounts of the role `tax`: what stands on any other account is not the shop's. An invoice whose tax differs from the order's is that finding."
suggestion = "Move the tax to the account of what the marketplace withholds; give the channel's orders a fiscal position of their own."
reads = ["facilitator_tax", "map_account", "invoice_fact", "invoice_taken_back", "odoo_journal_item_current", "order_fact", "sales_order_line_current", "allowance", "watermark_fact", "finding"]
needs = ["odoo_move", "odoo_journal_item"]
against = ["facilitator_tax"]

[parameters.per_line]
default = "1 unit"
meaning = "rounding allowed per line: an amount, or smallest units of the currency"
*/
WITH own AS (
  SELECT DISTINCT f.store, f.order_name, m.entity, m.odoo_account
  FROM facilitator_tax AS f JOIN order_fact AS o ON o.store = f.store AND o.order_name = f.order_name JOIN map_account AS m ON m.entity = f.entity AND m.role = 'tax' AND o.created_on BETWEEN m.valid_from AND m.valid_to
), booked AS (
  SELECT i.store, i.order_name, sum(CASE WHEN j.currency = i.currency THEN - coalesce(j.amount_currency, j.debit - j.credit) ELSE j.credit - j.debit END) AS amount, max(i.booked_on) AS booked_on, string_agg(concat(j.file_id, ':', j.row_no), ' ' ORDER BY j.odoo_id) AS evidence
  FROM own AS a JOIN invoice_fact AS i ON i.store = a.store AND i.order_name = a.order_name AND i.move_type <> 'out_refund' AND NOT coalesce(i.is_shared, FALSE)
  JOIN odoo_journal_item_current AS j ON j.entity = i.entity AND j.move_odoo_id = i.odoo_id AND j.account_code = a.odoo_account
  WHERE NOT EXISTS (SELECT 1 FROM invoice_taken_back AS t WHERE t.entity = i.entity AND t.invoice_id = i.odoo_id)
  GROUP BY i.store, i.order_name
), line AS (
  SELECT f.store, f.order_name, count(*) AS lines FROM facilitator_tax AS f JOIN sales_order_line_current AS l ON l.store = f.store AND l.order_name = f.order_name GROUP BY f.store, f.order_name
)
SELECT f.entity, f.store, concat(f.store, '/', f.order_name) AS subject_key, CAST(f.taxes - f.liable AS DECIMAL(18,4)) AS expected, CAST(b.amount AS DECIMAL(18,4)) AS actual, CAST(b.amount - f.taxes + f.liable AS DECIMAL(18,4)) AS difference, f.currency, NULL AS due_on,
  concat('Of the taxes of order ', f.order_name, ' the channel owes ', CAST(f.liable AS VARCHAR), ' (', f.names, '); its invoice has ', CAST(CAST(b.amount AS DECIMAL(18,4)) AS VARCHAR), ' on the account of taxes that the shop owes, ', CASE WHEN f.taxes = f.liable THEN 'where nothing of this order belongs.' ELSE concat('of which ', CAST(f.taxes - f.liable AS VARCHAR), ' are the shop''s.') END) AS cause,
  concat_ws(' ', f.evidence, b.evidence) AS evidence, NULL AS candidates
FROM facilitator_tax AS f JOIN booked AS b ON b.store = f.store AND b.order_name = f.order_name
JOIN watermark_fact AS w ON w.source = 'odoo_journal_item' AND w.owner_key = f.entity AND b.booked_on <= w.complete_until
LEFT JOIN line AS l ON l.store = f.store AND l.order_name = f.order_name
LEFT JOIN allowance AS u ON u.rule = 'T-05' AND u.name = 'per_line' AND u.entity = f.entity AND u.currency = f.currency
WHERE b.amount - f.taxes + f.liable > coalesce(u.amount, 0) * coalesce(l.lines, 1)
  AND NOT EXISTS (SELECT 1 FROM finding AS x WHERE x.code = 'TAX_AMOUNT_DIFF' AND x.subject_kind = 'order' AND x.subject_key = concat(f.store, '/', f.order_name))
ORDER BY subject_key
