/*
title = "What stood in Odoo is not there any more"
kind = "check"
rule = "C-15"
code = "ROW_VANISHED"
severity = "high"
class = "BUSINESS"
subject = "odoo_document"
owner = "accounting"
why = "A posted entry, a payment or a confirmed sale order that a later extract of the whole list lacks was deleted, which Odoo allows once it was reset to draft. Nothing else remembers it. Not told where another finding speaks of its order, its payout or the document itself; the items of an entry and the entry of a payment go with it."
suggestion = "Ask who deleted it, and why; book it again, or resolve with the reason."
reads = ["row_superseded", "odoo_move", "odoo_move_current", "odoo_payment", "odoo_payment_current", "odoo_sale_order", "odoo_sale_order_current", "map_entity", "finding"]
needs = ["odoo_move"]
against = ["odoo_move_current"]
*/
WITH lost AS (
  SELECT table_name, file_id, row_no, by_file_id, by_row_no, known_at FROM row_superseded WHERE by_row_no = 1 AND table_name IN ('odoo_move', 'odoo_payment', 'odoo_sale_order')
), gone AS (
  SELECT 'entry' AS what, m.entity, m.odoo_id, m.company, m.name, m.booked_on AS day, m.total AS amount, m.currency, coalesce(m.ref, m.invoice_origin) AS ref, m.file_id, m.row_no, l.by_file_id, l.known_at
  FROM lost AS l JOIN odoo_move AS m ON l.table_name = 'odoo_move' AND m.file_id = l.file_id AND m.row_no = l.row_no
  WHERE NOT EXISTS (SELECT 1 FROM odoo_move_current AS c WHERE c.entity = m.entity AND c.odoo_id = m.odoo_id)
  UNION ALL
  SELECT 'sale order', s.entity, s.odoo_id, s.company, s.name, CAST(s.ordered_at AS DATE), s.total, s.currency, coalesce(s.client_order_ref, s.origin), s.file_id, s.row_no, l.by_file_id, l.known_at
  FROM lost AS l JOIN odoo_sale_order AS s ON l.table_name = 'odoo_sale_order' AND s.file_id = l.file_id AND s.row_no = l.row_no
  WHERE NOT EXISTS (SELECT 1 FROM odoo_sale_order_current AS c WHERE c.entity = s.entity AND c.odoo_id = s.odoo_id)
  UNION ALL
  -- where its entry is in the extract, that is told
  SELECT 'payment', p.entity, p.odoo_id, p.company, p.name, p.paid_on, p.amount, p.currency, p.memo, p.file_id, p.row_no, l.by_file_id, l.known_at
  FROM lost AS l JOIN odoo_payment AS p ON l.table_name = 'odoo_payment' AND p.file_id = l.file_id AND p.row_no = l.row_no
  WHERE NOT EXISTS (SELECT 1 FROM odoo_payment_current AS c WHERE c.entity = p.entity AND c.odoo_id = p.odoo_id)
    AND NOT EXISTS (SELECT 1 FROM odoo_move AS m WHERE m.entity = p.entity AND m.odoo_id = p.move_odoo_id)
), company AS (
  SELECT entity, min(odoo_company) AS company FROM map_entity GROUP BY entity
), last AS (
  SELECT what, entity, odoo_id, company, name, day, amount, currency, ref, file_id, row_no, by_file_id, known_at, row_number() OVER (PARTITION BY what, entity, odoo_id ORDER BY known_at DESC, by_file_id, file_id, row_no) AS place FROM gone
)
SELECT g.entity, NULL AS store, concat(coalesce(g.company, c.company, g.entity), '/', coalesce(g.name, concat(g.what, ' ', g.odoo_id))) AS subject_key, g.amount AS expected, CAST(0 AS DECIMAL(18,4)) AS actual, g.amount AS difference, g.currency, NULL AS due_on,
  concat('The ', g.what, ' ', coalesce(g.name, g.odoo_id), CASE WHEN g.ref <> g.name THEN concat(' (', g.ref, ')') ELSE '' END, ' of ', CAST(g.day AS VARCHAR), ' over ', CAST(g.amount AS VARCHAR), ' is not in Odoo any more: the extract of ', CAST(CAST(g.known_at AS DATE) AS VARCHAR), ' has what lies around it.') AS cause,
  concat(g.file_id, ':', g.row_no, ' ', g.by_file_id, ':1') AS evidence, NULL AS candidates
FROM last AS g LEFT JOIN company AS c ON c.entity = g.entity
WHERE g.place = 1 AND NOT EXISTS (
  SELECT 1 FROM finding AS f WHERE f.entity = g.entity AND (position(concat('/', g.ref, '/') IN concat(f.subject_key, '/')) > 0 OR position(concat('/', g.name, '/') IN concat(f.subject_key, '/')) > 0)
)
ORDER BY subject_key
