/*
title = "Odoo has a bank line that the bank does not have, or has it twice"
kind = "check"
rule = "Y-09"
code = "ERP_BANK_LINE_DUPLICATE"
severity = "high"
class = "BUSINESS"
subject = "odoo_document"
owner = "accounting"
why = "A statement that was imported twice, or a line that somebody typed: Odoo's bank balance is wrong, and the line may close an item that nobody paid. The parts of a line that was split in Odoo are that line."
suggestion = "Delete the line in Odoo, after what it was matched with has been set free."
reads = ["bank_line_side", "bank_line_pair", "bank_line_split", "map_entity"]
needs = ["odoo_statement_line"]
against = ["bank_line_current"]
*/
WITH company AS (
  SELECT entity, min(odoo_company) AS company FROM map_entity GROUP BY entity
), alone AS (
  SELECT o.entity, o.bank_account, o.line_key, o.currency, o.amount, o.day, o.is_first, o.company, o.move_name, o.file_id, o.row_no, min(t.day) AS twin_day, min(CASE WHEN t.line_key IS NOT NULL THEN concat(t.file_id, ':', t.row_no) END) AS twin
  FROM bank_line_side AS o
  LEFT JOIN bank_line_pair AS p ON p.bank_account = o.bank_account AND p.odoo_id = o.line_key
  LEFT JOIN bank_line_side AS t ON t.side = 'bank' AND t.bank_account = o.bank_account AND t.amount = o.amount AND t.ordinal BETWEEN o.ordinal - 3 AND o.ordinal + 3
  WHERE o.side = 'odoo' AND o.is_due AND p.odoo_id IS NULL AND NOT EXISTS (SELECT 1 FROM bank_line_split AS s WHERE s.bank_account = o.bank_account AND s.odoo_id = o.line_key)
  GROUP BY o.entity, o.bank_account, o.line_key, o.currency, o.amount, o.day, o.is_first, o.company, o.move_name, o.file_id, o.row_no
)
SELECT a.entity, NULL AS store, concat(coalesce(a.company, c.company, a.entity), '/', coalesce(a.move_name, concat('statement line ', a.line_key))) AS subject_key, CAST(0 AS DECIMAL(18,4)) AS expected, a.amount AS actual, a.amount AS difference, a.currency, NULL AS due_on,
  CASE WHEN a.twin IS NULL THEN concat('Odoo has ', CAST(a.amount AS VARCHAR), ' on ', CAST(a.day AS VARCHAR), ' for bank account ', a.bank_account, '; the bank has no such line.')
    ELSE concat('Odoo has ', CAST(a.amount AS VARCHAR), ' of bank account ', a.bank_account, ' once more, on ', CAST(a.day AS VARCHAR), '; the bank''s line of ', CAST(a.twin_day AS VARCHAR), ' has one in Odoo already.') END AS cause,
  concat_ws(' ', concat(a.file_id, ':', a.row_no), a.twin) AS evidence, NULL AS candidates
FROM alone AS a LEFT JOIN company AS c ON c.entity = a.entity
-- on the first day its line at the bank may lie before the first statement
WHERE a.twin IS NOT NULL OR NOT a.is_first
ORDER BY subject_key
