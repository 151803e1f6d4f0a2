/*
title = "What stood in Odoo is not there any more"
kind = "check"
rule = "C-15"
code = "ROW_VANISHED"
severity = "high"
class = "BUSINESS"
subject = "odoo_document"
owner = "accounting"
why = "A posted entry, a payment or a confirmed sale order that a later extract of the whole list lacks was deleted, which Odoo allows once it was reset to draft. Nothing else remembers it. Not told where another finding speaks of its order, its payout or the document itself; the items of an entry and the entry of a payment go with it. A clearing account that lacks it and nothing else is no finding of its own."
suggestion = "Ask who deleted it, and why; book it again, or resolve with the reason."
reads = ["gone_document", "odoo_statement_line", "map_entity", "finding"]
needs = ["odoo_move"]
against = ["odoo_move_current"]
*/
WITH company AS (
  SELECT entity, min(odoo_company) AS company FROM map_entity GROUP BY entity
), of_bank AS (
  SELECT DISTINCT s.entity, s.move_odoo_id
  FROM odoo_statement_line AS s JOIN finding AS f ON f.entity = s.entity AND f.code = 'ERP_BANK_LINE_MISSING' AND f.currency = s.currency AND abs(f.difference) = abs(s.amount) WHERE s.move_odoo_id IS NOT NULL
)
SELECT g.entity, NULL AS store, concat(coalesce(g.company, c.company, g.entity), '/', coalesce(g.name, concat(g.what, ' ', g.odoo_id))) AS subject_key, g.amount AS expected, CAST(0 AS DECIMAL(18,4)) AS actual, g.amount AS difference, g.currency, NULL AS due_on,
  concat('The ', g.what, ' ', coalesce(g.name, g.odoo_id), CASE WHEN g.ref <> g.name THEN concat(' (', g.ref, ')') ELSE '' END, ' of ', CAST(g.day AS VARCHAR), ' over ', CAST(g.amount AS VARCHAR), ' is not in Odoo any more: the extract of ', CAST(g.gone_on AS VARCHAR), ' has what lies around it.') AS cause,
  concat(g.file_id, ':', g.row_no, ' ', g.by_file_id, ':1') AS evidence, NULL AS candidates
FROM gone_document AS g LEFT JOIN company AS c ON c.entity = g.entity
WHERE NOT EXISTS (
  SELECT 1 FROM finding AS f WHERE f.entity = g.entity AND (position(concat('/', g.ref, '/') IN concat(f.subject_key, '/')) > 0 OR position(concat('/', g.name, '/') IN concat(f.subject_key, '/')) > 0)
) AND NOT EXISTS (SELECT 1 FROM of_bank AS b WHERE g.what = 'entry' AND b.entity = g.entity AND b.move_odoo_id = g.odoo_id)
ORDER BY subject_key
