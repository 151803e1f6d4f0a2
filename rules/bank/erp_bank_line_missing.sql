/*
title = "Bank line is not in Odoo"
kind = "check"
rule = "Y-09"
code = "ERP_BANK_LINE_MISSING"
severity = "high"
class = "BUSINESS"
subject = "bank_line"
owner = "accounting"
why = "Odoo's bank balance is wrong, and the payment that came or went is open there. A line that Odoo holds in parts is there."
suggestion = "Import the bank's statement of that day into Odoo."
reads = ["bank_line_side", "bank_line_pair", "bank_line_split"]
needs = ["bank_line", "odoo_statement_line"]
*/
SELECT b.entity, NULL AS store, concat(b.bank_account, '/', b.line_key) AS subject_key, b.amount AS expected, CAST(0 AS DECIMAL(18,4)) AS actual, b.amount AS difference, b.currency, NULL AS due_on,
  concat('Bank account ', b.bank_account, ' has ', CAST(b.amount AS VARCHAR), ' on ', CAST(b.day AS VARCHAR), ', Odoo''s statement lines do not.') AS cause, concat(b.file_id, ':', b.row_no) AS evidence, NULL AS candidates
FROM bank_line_side AS b
LEFT JOIN bank_line_pair AS p ON p.bank_account = b.bank_account AND p.bank_key = b.line_key
WHERE b.side = 'bank' AND b.is_due AND p.bank_key IS NULL
  AND NOT EXISTS (SELECT 1 FROM bank_line_split AS s WHERE s.bank_account = b.bank_account AND s.bank_key = b.line_key)
ORDER BY subject_key
