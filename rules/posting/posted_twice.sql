/*
title = "Payout is in Odoo twice"
kind = "check"
rule = "Y-12"
code = "POSTED_TWICE"
severity = "block"
class = "BUSINESS"
subject = "payout"
owner = "accounting"
why = "The clearing account is credited twice. Where all entries together move what was paid out once, the others are plugs under its name, and the difference is what they have on the clearing account."
suggestion = "Reverse one of the entries."
reads = ["payout_fact", "payout_entry", "payout_account", "standing_entry", "odoo_journal_item_current"]
needs = ["odoo_move"]
*/
WITH entry AS (
  SELECT DISTINCT p.account, p.payout_id, p.entity, m.odoo_id
  FROM payout_fact AS p JOIN payout_entry AS e ON e.account = p.account AND e.payout_id = p.payout_id AND e.entries > 1
  JOIN standing_entry AS m ON m.entity = p.entity AND m.ref IN (p.payout_id, concat(p.payout_id, ' / ', CAST(p.paid_on AS VARCHAR)))
), expected AS (
  SELECT account, payout_id, role, odoo_account, sum(amount) AS amount FROM payout_account WHERE role IN ('clearing', 'payouts_in_transit') GROUP BY account, payout_id, role, odoo_account
), moved AS (
  SELECT x.account, x.payout_id, x.role, x.amount AS expected, sum(i.debit - i.credit) AS amount
  FROM entry AS n JOIN expected AS x ON x.account = n.account AND x.payout_id = n.payout_id
  JOIN odoo_journal_item_current AS i ON i.entity = n.entity AND i.move_odoo_id = n.odoo_id AND i.account_code = x.odoo_account AND i.parent_state = 'posted'
  GROUP BY x.account, x.payout_id, x.role, x.amount
), plug AS (
  SELECT c.account, c.payout_id, c.amount - c.expected AS amount
  FROM moved AS c JOIN moved AS t ON t.account = c.account AND t.payout_id = c.payout_id AND t.role = 'payouts_in_transit' AND t.amount = t.expected
  WHERE c.role = 'clearing' AND c.amount <> c.expected
)
SELECT p.entity, NULL AS store, concat(p.account, '/', p.payout_id) AS subject_key, p.payout_amount AS expected, p.payout_amount + coalesce(abs(g.amount), p.payout_amount * (e.entries - 1)) AS actual, coalesce(abs(g.amount), p.payout_amount * (e.entries - 1)) AS difference, p.currency, NULL AS due_on,
  concat('Odoo has ', e.entries, ' posted entries with reference ', p.payout_id, CASE WHEN g.amount IS NULL THEN '' ELSE concat('; one of them is the payout, the rest has ', CAST(g.amount AS VARCHAR), ' on the clearing account') END, '.') AS cause, concat(e.file_id, ':', e.row_no) AS evidence, NULL AS candidates
FROM payout_fact AS p JOIN payout_entry AS e ON e.account = p.account AND e.payout_id = p.payout_id
LEFT JOIN plug AS g ON g.account = p.account AND g.payout_id = p.payout_id
WHERE e.entries > 1
ORDER BY subject_key
