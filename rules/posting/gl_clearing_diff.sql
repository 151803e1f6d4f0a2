/*
title = "Clearing account has a balance that nothing explains"
kind = "check"
rule = "Y-10"
code = "GL_CLEARING_DIFF"
severity = "block"
class = "CONTROL"
subject = "account_balance"
owner = "accounting"
why = "Open payments, payouts and known exceptions explain the account to the cent; anything else is money that nobody follows. Items that hide each other in a right balance are told too. What entries that were deleted in Odoo had there, and nothing besides, is the finding on them."
suggestion = "Look at the journal items and orders that are named; reclassify what does not belong on the account."
reads = ["clearing_fact", "clearing_item", "gone_item"]
waits_for = ["settlement_line", "payout", "order_transaction", "odoo_journal_item"]
against = ["clearing_fact", "odoo_journal_item_current"]
*/
WITH placed AS (
  SELECT account, reason, subject_key, amount, row_number() OVER (PARTITION BY account ORDER BY abs(amount) DESC, subject_key, reason) AS place FROM clearing_item WHERE NOT explains
), named AS (
  SELECT account, concat('[', string_agg(concat('{"candidate":"', replace(subject_key, '"', ''), '","failed":"', reason, '","delta":"', CAST(amount AS VARCHAR), '"}'), ',' ORDER BY place), ']') AS candidates
  FROM placed WHERE place <= 3 GROUP BY account
), against AS (
  SELECT account, count(*) AS items, sum(greatest(amount, 0)) AS amount FROM clearing_item WHERE NOT explains GROUP BY account
)
SELECT f.entity, NULL AS store, concat(f.entity, '/', f.role, '/', f.account, '/', f.currency) AS subject_key, f.explained AS expected, f.ledger_balance AS actual, CASE WHEN f.residual = 0 THEN a.amount ELSE f.residual END AS difference, f.currency, NULL AS due_on,
  concat('On ', CAST(f.as_of AS VARCHAR), ' account ', f.odoo_account, ' has ', CAST(f.ledger_balance AS VARCHAR), ' in Odoo, and open items explain ', CAST(f.explained AS VARCHAR), CASE WHEN f.residual = 0 THEN concat('; ', a.items, ' items that nothing explains hide each other in it') ELSE '' END, '.') AS cause, f.evidence, n.candidates
FROM clearing_fact AS f LEFT JOIN named AS n ON n.account = f.account
LEFT JOIN against AS a ON a.account = f.account
LEFT JOIN gone_item AS g ON g.entity = f.entity AND g.account_code = f.odoo_account
WHERE (f.residual <> 0 AND f.residual + coalesce(g.amount, 0) <> 0) OR (f.residual = 0 AND a.items > 0)
ORDER BY subject_key
