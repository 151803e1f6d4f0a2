/*
title = "Liability of gift cards is not what the cards have"
kind = "check"
rule = "G-04"
code = "GIFTCARD_ROLLFORWARD_DIFF"
severity = "high"
class = "CONTROL"
subject = "account_balance"
owner = "accounting"
why = "What was sold and given, less what was used and has ended, is what the cards have and what Odoo owes. Differences that single cards and orders explain are their own findings and no second one here."
suggestion = "Look for cards and payments that were booked elsewhere; reclassify what does not belong on the account."
reads = ["credit_liability", "credit_told"]
needs = ["gift_card", "gift_card_movement", "odoo_journal_item"]
*/
WITH told AS (
  SELECT l.entity, l.odoo_account, l.currency, sum(t.amount) AS amount, sum(t.items) AS items
  FROM credit_liability AS l JOIN credit_told AS t ON t.entity = l.entity AND t.currency = l.currency AND contains(l.kinds, t.kind) GROUP BY l.entity, l.odoo_account, l.currency
)
SELECT l.entity, NULL AS store, concat(l.entity, '/gift_card_liability/', l.odoo_account, '/', l.currency) AS subject_key, CAST(l.owed - coalesce(t.amount, 0) AS DECIMAL(18,4)) AS expected, l.ledger_balance AS actual,
  CAST(l.ledger_balance - l.owed + coalesce(t.amount, 0) AS DECIMAL(18,4)) AS difference, l.currency, NULL AS due_on,
  concat('On ', CAST(l.as_of AS VARCHAR), ' account ', l.odoo_account, ' owes ', CAST(l.ledger_balance AS VARCHAR), ' in Odoo, and the shop''s list says ', CAST(l.owed AS VARCHAR),
    CASE WHEN coalesce(t.amount, 0) <> 0 THEN concat(', of which single findings explain ', CAST(t.amount AS VARCHAR)) ELSE '' END, '.') AS cause, l.evidence, NULL AS candidates
FROM credit_liability AS l LEFT JOIN told AS t ON t.entity = l.entity AND t.odoo_account = l.odoo_account AND t.currency = l.currency
WHERE contains(l.kinds, 'gift_card') AND l.owed - l.ledger_balance - coalesce(t.amount, 0) NOT IN (0, coalesce(t.items, 0))
ORDER BY subject_key
