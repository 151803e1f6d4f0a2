/*
title = "Bank line is in Odoo with another amount or in another month"
kind = "check"
rule = "Y-09"
code = "ERP_BANK_LINE_DIFF"
severity = "high"
class = "BUSINESS"
subject = "bank_line"
owner = "accounting"
why = "The balance of the bank account in Odoo is not the bank's, for good or at the end of a month. Another day of the same month changes no balance that is reported."
suggestion = "Correct the line in Odoo: delete it and import the bank's statement."
reads = ["bank_line_side", "bank_line_pair"]
needs = ["bank_line", "odoo_statement_line"]
*/
SELECT b.entity, NULL AS store, concat(b.bank_account, '/', b.line_key) AS subject_key, p.amount AS expected, p.odoo_amount AS actual, p.odoo_amount - p.amount AS difference, b.currency, NULL AS due_on,
  concat('Bank account ', b.bank_account, ' has ', CAST(p.amount AS VARCHAR), ' on ', CAST(p.day AS VARCHAR), ', Odoo ', CAST(p.odoo_amount AS VARCHAR), ' on ', CAST(p.odoo_day AS VARCHAR), '.') AS cause,
  concat(b.file_id, ':', b.row_no, ' ', o.file_id, ':', o.row_no) AS evidence, NULL AS candidates
FROM bank_line_pair AS p
JOIN bank_line_side AS b ON b.side = 'bank' AND b.bank_account = p.bank_account AND b.line_key = p.bank_key
JOIN bank_line_side AS o ON o.side = 'odoo' AND o.bank_account = p.bank_account AND o.line_key = p.odoo_id
WHERE (b.is_due OR o.is_due) AND (p.odoo_amount <> p.amount OR date_trunc('month', p.odoo_day) <> date_trunc('month', p.day))
ORDER BY subject_key
