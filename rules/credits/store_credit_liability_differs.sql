/*
title = "Liability of store credit is not what the accounts have"
kind = "check"
rule = "G-08"
code = "STORE_CREDIT_DIFF"
severity = "high"
class = "CONTROL"
subject = "account_balance"
owner = "accounting"
why = "What was credited, less what was used and has ended, is what Odoo owes. Compared here where store credit has an account of its own; with gift cards on one account it is G-04. Differences that single accounts and orders explain are their own findings."
suggestion = "Look for cards and payments that were booked elsewhere; reclassify what does not belong on the account."
reads = ["credit_liability", "finding"]
needs = ["store_credit_movement", "odoo_journal_item"]
*/
WITH told AS (
  -- what single findings say of the liability: more is owed than booked (positive), or less
  SELECT entity, currency, CAST(sum(CASE WHEN code = 'GIFTCARD_AS_REVENUE' OR code = 'GIFTCARD_PROMO_ISSUE' THEN difference WHEN code IN ('GIFTCARD_TENDER_WRONG', 'GIFTCARD_REFUND_DIFF') THEN - difference
    WHEN code = 'STORE_CREDIT_DIFF' AND subject_kind = 'order' THEN difference ELSE 0 END) AS DECIMAL(18,4)) AS amount,
    CAST(sum(CASE WHEN code = 'GIFTCARD_ROLLFORWARD_DIFF' OR code = 'STORE_CREDIT_DIFF' AND subject_kind = 'store_credit' THEN - difference ELSE 0 END) AS DECIMAL(18,4)) AS items
  FROM finding WHERE code IN ('GIFTCARD_AS_REVENUE', 'GIFTCARD_PROMO_ISSUE', 'GIFTCARD_TENDER_WRONG', 'GIFTCARD_REFUND_DIFF', 'GIFTCARD_ROLLFORWARD_DIFF', 'STORE_CREDIT_DIFF') AND subject_kind <> 'account_balance' GROUP BY entity, currency
)
SELECT l.entity, NULL AS store, concat(l.entity, '/gift_card_liability/', l.odoo_account, '/', l.currency) AS subject_key, CAST(l.owed - coalesce(t.amount, 0) AS DECIMAL(18,4)) AS expected, l.ledger_balance AS actual,
  CAST(l.ledger_balance - l.owed + coalesce(t.amount, 0) AS DECIMAL(18,4)) AS difference, l.currency, NULL AS due_on,
  concat('On ', CAST(l.as_of AS VARCHAR), ' account ', l.odoo_account, ' owes ', CAST(l.ledger_balance AS VARCHAR), ' in Odoo, and the shop''s list says ', CAST(l.owed AS VARCHAR),
    CASE WHEN coalesce(t.amount, 0) <> 0 THEN concat(', of which single findings explain ', CAST(t.amount AS VARCHAR)) ELSE '' END, '.') AS cause, l.evidence, NULL AS candidates
FROM credit_liability AS l LEFT JOIN told AS t ON t.entity = l.entity AND t.currency = l.currency
WHERE l.kinds = 'store_credit' AND l.owed - l.ledger_balance - coalesce(t.amount, 0) NOT IN (0, coalesce(t.items, 0))
ORDER BY subject_key
