/*
title = "What stood in Odoo is not there any more"
kind = "check"
rule = "C-15"
code = "ROW_VANISHED"
severity = "high"
class = "BUSINESS"
subject = "odoo_document"
owner = "accounting"
why = "A posted entry, a payment or a confirmed sale order that a later extract of the whole list lacks was deleted, which Odoo allows once it was reset to draft. Nothing else remembers it. Not told where the lack of it is what another finding says: a payout that is not posted, an order that is not invoiced or has no sale order, a refund that is not credited, invoices that sum to less, an invoice that is open again. The items of an entry and the entry of a payment go with it. A clearing account that lacks it and nothing else is no finding of its own."
suggestion = "Ask who deleted it, and why; book it again, or resolve with the reason."
reads = ["gone_document", "odoo_statement_line", "sale_order_of", "map_entity", "finding"]
needs = ["odoo_move"]
against = ["odoo_move_current"]
*/
WITH company AS (
  SELECT entity, min(odoo_company) AS company FROM map_entity GROUP BY entity
), lacking AS (
  SELECT entity, CASE WHEN subject_kind = 'refund' THEN regexp_replace(regexp_replace(subject_key, '^[^/]*/', ''), '/[^/]*$', '') ELSE regexp_replace(subject_key, '^[^/]*/', '') END AS ref
  FROM finding WHERE code IN ('PAYOUT_NOT_POSTED', 'NOT_INVOICED', 'INVOICE_TOTAL_DIFF', 'SO_MISSING', 'REFUND_NOT_CREDITED', 'PAYMENT_STATE_DIFF')
), of_bank AS (
  SELECT DISTINCT s.entity, s.move_odoo_id
  FROM odoo_statement_line AS s JOIN finding AS f ON f.entity = s.entity AND f.code = 'ERP_BANK_LINE_MISSING' AND f.currency = s.currency AND abs(f.difference) = abs(s.amount) WHERE s.move_odoo_id IS NOT NULL
)
SELECT g.entity, NULL AS store, concat(coalesce(g.company, c.company, g.entity), '/', coalesce(g.name, concat(g.what, ' ', g.odoo_id))) AS subject_key, g.amount AS expected, CAST(0 AS DECIMAL(18,4)) AS actual, g.amount AS difference, g.currency, NULL AS due_on,
  concat('The ', g.what, ' ', coalesce(g.name, g.odoo_id), CASE WHEN g.ref <> g.name THEN concat(' (', g.ref, ')') ELSE '' END, ' of ', CAST(g.day AS VARCHAR), ' over ', CAST(g.amount AS VARCHAR), ' is not in Odoo any more: the extract of ', CAST(g.gone_on AS VARCHAR), ' has what lies around it.') AS cause,
  concat(g.file_id, ':', g.row_no, ' ', g.by_file_id, ':1') AS evidence, NULL AS candidates
FROM gone_document AS g LEFT JOIN company AS c ON c.entity = g.entity
WHERE NOT EXISTS (SELECT 1 FROM lacking AS l WHERE l.entity = g.entity AND l.ref = g.ref)
  AND NOT EXISTS (SELECT 1 FROM sale_order_of AS o JOIN lacking AS l ON l.entity = o.entity AND l.ref = o.order_name WHERE g.what = 'entry' AND o.entity = g.entity AND o.name = g.origin)
  AND NOT EXISTS (SELECT 1 FROM of_bank AS b WHERE g.what = 'entry' AND b.entity = g.entity AND b.move_odoo_id = g.odoo_id)
ORDER BY subject_key
