/*
title = "Odoo's bank line is booked elsewhere than its receipt waits for it"
kind = "check"
rule = "Y-09"
code = "POSTED_DIFFERENT"
severity = "high"
class = "BUSINESS"
subject = "bank_line"
owner = "accounting"
why = "The receipt of a payout was booked against the account on which bank lines wait, and its bank line was taken off it to another one, such as fees: the money is counted twice, there and on the account that now never empties. A line that was booked to payouts in transit or to clearing is told by the balance of that account. Where most lines are booked elsewhere, that is how those books do it."
suggestion = "Undo the reconciliation of the statement line in Odoo, and reconcile it with the receipt."
reads = ["match_bank_line", "payout_fact", "standing_entry", "bank_line_pair", "odoo_statement_line_current", "odoo_journal_item_current", "map_account"]
needs = ["odoo_move", "odoo_journal_item", "odoo_statement_line"]
*/
WITH receipt AS (
  SELECT p.entity, m.bank_account, m.bank_key, m.bank_key AS ref, m.right_amount AS amount FROM match_bank_line AS m JOIN payout_fact AS p ON p.account = m.account AND p.payout_id = m.payout_id
  UNION
  SELECT p.entity, m.bank_account, m.bank_key, concat(m.bank_key, ' / ', m.payout_id), m.right_amount FROM match_bank_line AS m JOIN payout_fact AS p ON p.account = m.account AND p.payout_id = m.payout_id
), own AS (
  SELECT DISTINCT entity, odoo_account FROM map_account WHERE role IN ('payouts_in_transit', 'clearing')
), waiting AS (
  SELECT r.entity, r.bank_account, r.bank_key, min(i.account_code) AS account_code
  FROM receipt AS r JOIN standing_entry AS e ON e.entity = r.entity AND e.ref = r.ref
  JOIN odoo_journal_item_current AS i ON i.entity = e.entity AND i.move_odoo_id = e.odoo_id AND i.parent_state = 'posted'
  LEFT JOIN own AS o ON o.entity = i.entity AND o.odoo_account = i.account_code
  WHERE o.odoo_account IS NULL GROUP BY r.entity, r.bank_account, r.bank_key HAVING min(i.account_code) = max(i.account_code)
), line AS (
  SELECT w.entity, w.bank_account, w.bank_key, w.account_code, s.odoo_id, s.move_name, s.amount, s.currency, s.file_id, s.row_no, bool_or(i.account_code = w.account_code) AS is_there, bool_or(o.odoo_account IS NOT NULL) AS is_told,
    string_agg(DISTINCT i.account_code, ', ' ORDER BY i.account_code) FILTER (WHERE sign(i.debit - i.credit) = - sign(s.amount)) AS codes
  FROM waiting AS w JOIN bank_line_pair AS p ON p.bank_account = w.bank_account AND p.bank_key = w.bank_key AND p.amount = p.odoo_amount
  JOIN odoo_statement_line_current AS s ON s.entity = w.entity AND s.odoo_id = p.odoo_id
  JOIN odoo_journal_item_current AS i ON i.entity = s.entity AND i.move_odoo_id = s.move_odoo_id AND i.parent_state = 'posted'
  LEFT JOIN own AS o ON o.entity = i.entity AND o.odoo_account = i.account_code
  GROUP BY w.entity, w.bank_account, w.bank_key, w.account_code, s.odoo_id, s.move_name, s.amount, s.currency, s.file_id, s.row_no
), habit AS (
  SELECT bank_account FROM line GROUP BY bank_account HAVING count(*) FILTER (WHERE is_there) * 2 >= count(*)
)
SELECT l.entity, NULL AS store, concat(l.bank_account, '/', l.bank_key) AS subject_key, CAST(NULL AS DECIMAL(18,4)) AS expected, CAST(NULL AS DECIMAL(18,4)) AS actual, abs(l.amount) AS difference, l.currency, NULL AS due_on,
  concat('Bank line ', coalesce(l.move_name, l.odoo_id), ' of Odoo is booked to account ', l.codes, '; its receipt waits for it on account ', l.account_code, '.') AS cause, concat(l.file_id, ':', l.row_no) AS evidence, NULL AS candidates
FROM line AS l JOIN habit AS h ON h.bank_account = l.bank_account
WHERE NOT l.is_there AND NOT l.is_told AND l.codes IS NOT NULL
ORDER BY subject_key
