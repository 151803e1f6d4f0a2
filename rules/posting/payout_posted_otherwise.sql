/*
title = "Odoo's entry of a payout says something else"
kind = "check"
rule = "Y-12"
code = "POSTED_DIFFERENT"
severity = "block"
class = "BUSINESS"
subject = "payout"
owner = "accounting"
why = "An entry is right where every account has the amount that the payout's lines give it, whoever wrote it and whenever it was changed. A payout that does not decompose, or is booked twice, has its own finding."
suggestion = "Reverse the entry in Odoo; the corrected one follows once the extract shows the reversal."
reads = ["payout_fact", "payout_entry", "payout_account", "odoo_journal_item_current"]
needs = ["odoo_move", "odoo_journal_item"]
*/
WITH booked AS (
  SELECT p.account, p.payout_id, p.entity, p.currency, p.paid_on, e.entry_name, e.odoo_id, e.file_id, e.row_no
  FROM payout_fact AS p JOIN payout_entry AS e ON e.account = p.account AND e.payout_id = p.payout_id AND e.entries = 1
  WHERE p.status = 'paid' AND p.payout_amount = p.lines_net AND p.lines > 0 AND p.unknown_lines = 0 AND p.foreign_lines = 0
), whole AS (
  SELECT b.account, b.payout_id FROM booked AS b JOIN payout_account AS a ON a.account = b.account AND a.payout_id = b.payout_id
  GROUP BY b.account, b.payout_id HAVING count(*) = count(a.odoo_account)
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
    string_agg(concat(account_code, ' ', CAST(actual AS VARCHAR), ' instead of ', CAST(expected AS VARCHAR)), ', ' ORDER BY account_code) AS words
  FROM delta GROUP BY account, payout_id
)
SELECT b.entity, NULL AS store, concat(b.account, '/', b.payout_id) AS subject_key, CAST(NULL AS DECIMAL(18,4)) AS expected, CAST(NULL AS DECIMAL(18,4)) AS actual, t.difference, b.currency, NULL AS due_on,
  concat('Entry ', b.entry_name, ' of Odoo has on account ', t.words, '.') AS cause, concat(b.file_id, ':', b.row_no) AS evidence, NULL AS candidates
FROM told AS t JOIN booked AS b ON b.account = t.account AND b.payout_id = t.payout_id
ORDER BY subject_key
