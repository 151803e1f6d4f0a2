/*
title = "Odoo's entry of a payout says something else"
kind = "check"
rule = "Y-12"
code = "POSTED_DIFFERENT"
severity = "block"
class = "BUSINESS"
subject = "payout"
owner = "accounting"
why = "An entry is right where every account has the amount that the payout's lines give it, in the month of the payout unless that was locked, whoever wrote it and whenever it was changed. A payout that does not decompose, or is booked twice, has its own finding; so has one of which a line was changed after it was paid, and an account that has another number now (C-12)."
suggestion = "Reverse the entry in Odoo; the corrected one follows once the extract shows the reversal."
reads = ["payout_fact", "payout_entry", "payout_account", "odoo_journal_item_current", "locked_through", "payout_changed", "account_renumbered"]
needs = ["odoo_move", "odoo_journal_item"]
*/
WITH booked AS (
  SELECT p.account, p.payout_id, p.entity, p.currency, p.paid_on, e.entry_name, e.odoo_id, e.booked_on, p.payout_amount, e.file_id, e.row_no
  FROM payout_fact AS p JOIN payout_entry AS e ON e.account = p.account AND e.payout_id = p.payout_id AND e.entries = 1
  WHERE p.status = 'paid' AND p.payout_amount = p.lines_net AND p.lines > 0 AND p.unknown_lines = 0 AND p.foreign_lines = 0
    AND NOT EXISTS (SELECT 1 FROM payout_changed AS c WHERE c.account = p.account AND c.payout_id = p.payout_id)
), whole AS (
  SELECT b.account, b.payout_id FROM booked AS b JOIN payout_account AS a ON a.account = b.account AND a.payout_id = b.payout_id
  GROUP BY b.account, b.payout_id HAVING count(*) = count(a.odoo_account) AND NOT bool_or(EXISTS (SELECT 1 FROM account_renumbered AS r WHERE r.entity = b.entity AND r.odoo_account = a.odoo_account))
), item AS (
  SELECT b.account, b.payout_id, i.account_code, CASE WHEN i.currency = b.currency THEN coalesce(i.amount_currency, i.debit - i.credit) ELSE i.debit - i.credit END AS amount, i.currency = b.currency AS is_alike
  FROM booked AS b JOIN odoo_journal_item_current AS i ON i.entity = b.entity AND i.move_odoo_id = b.odoo_id AND i.parent_state = 'posted'
), landed AS (
  -- an entry whose items do not balance has not landed whole; one in another currency is compared with nothing
  SELECT account, payout_id FROM item GROUP BY account, payout_id HAVING sum(amount) = 0 AND bool_and(is_alike)
), side AS (
  SELECT i.account, i.payout_id, i.account_code, CAST(0 AS DECIMAL(18,4)) AS expected, i.amount AS actual FROM item AS i
  UNION ALL
  SELECT a.account, a.payout_id, a.odoo_account, a.amount, CAST(0 AS DECIMAL(18,4)) FROM payout_account AS a JOIN booked AS b ON b.account = a.account AND b.payout_id = a.payout_id
), delta AS (
  SELECT s.account, s.payout_id, coalesce(s.account_code, '') AS account_code, sum(s.expected) AS expected, sum(s.actual) AS actual
  FROM side AS s JOIN whole AS w ON w.account = s.account AND w.payout_id = s.payout_id JOIN landed AS l ON l.account = s.account AND l.payout_id = s.payout_id
  GROUP BY s.account, s.payout_id, s.account_code HAVING sum(s.expected) <> sum(s.actual)
), told AS (
  SELECT account, payout_id, sum(greatest(actual - expected, 0)) AS difference,
    concat(' has on account ', string_agg(concat(account_code, ' ', CAST(actual AS VARCHAR), ' instead of ', CAST(expected AS VARCHAR)), ', ' ORDER BY account_code)) AS words
  FROM delta GROUP BY account, payout_id
), dated AS (
  SELECT b.account, b.payout_id, abs(b.payout_amount) AS difference, concat(' is dated ', CAST(b.booked_on AS VARCHAR), ', the payout ', CAST(b.paid_on AS VARCHAR)) AS words
  FROM booked AS b LEFT JOIN locked_through AS l ON l.entity = b.entity
  WHERE date_trunc('month', b.booked_on) <> date_trunc('month', b.paid_on) AND NOT (b.booked_on > b.paid_on AND coalesce(l.through >= b.paid_on, FALSE))
)
SELECT b.entity, NULL AS store, concat(b.account, '/', b.payout_id) AS subject_key, CAST(NULL AS DECIMAL(18,4)) AS expected, CAST(NULL AS DECIMAL(18,4)) AS actual, coalesce(t.difference, d.difference) AS difference, b.currency, NULL AS due_on,
  concat('Entry ', b.entry_name, ' of Odoo', concat_ws(' and', t.words, d.words), '.') AS cause, concat(b.file_id, ':', b.row_no) AS evidence, NULL AS candidates
FROM booked AS b
LEFT JOIN told AS t ON t.account = b.account AND t.payout_id = b.payout_id
LEFT JOIN dated AS d ON d.account = b.account AND d.payout_id = b.payout_id
WHERE t.payout_id IS NOT NULL OR d.payout_id IS NOT NULL
ORDER BY subject_key
