/*
title = "What single findings say of the liability of gift cards and store credit"
kind = "fact"
why = "The whole is compared after its parts: what a finding about an order, a card or an account explains is not told once more. `amount`: more is owed than was booked, or less; `items`: lists and movements that differ from each other. Gift cards and store credit may have an account each, so each `kind` is told for itself."
reads = ["finding", "tender"]
*/
-- what single findings say of the liability: more is owed than booked (positive), or less
WITH credited AS (
  -- orders whose tender of this sort is store credit alone
  SELECT concat(store, '/', order_name) AS subject_key FROM tender WHERE tender_kind IN ('gift_card', 'store_credit') GROUP BY store, order_name HAVING min(tender_kind) = 'store_credit'
), told AS (
  SELECT f.entity, f.currency, CASE WHEN f.code = 'STORE_CREDIT_DIFF' OR f.code = 'GIFTCARD_TENDER_WRONG' AND s.subject_key IS NOT NULL THEN 'store_credit' ELSE 'gift_card' END AS kind, f.code, f.subject_kind, f.difference
  FROM finding AS f LEFT JOIN credited AS s ON s.subject_key = f.subject_key WHERE f.code IN ('GIFTCARD_AS_REVENUE', 'GIFTCARD_PROMO_ISSUE', 'GIFTCARD_TENDER_WRONG', 'GIFTCARD_REFUND_DIFF', 'GIFTCARD_ROLLFORWARD_DIFF', 'STORE_CREDIT_DIFF') AND f.subject_kind <> 'account_balance'
)
SELECT entity, currency, kind, CAST(sum(CASE WHEN code IN ('GIFTCARD_AS_REVENUE', 'GIFTCARD_PROMO_ISSUE') THEN difference WHEN code IN ('GIFTCARD_TENDER_WRONG', 'GIFTCARD_REFUND_DIFF') THEN - difference
  WHEN code = 'STORE_CREDIT_DIFF' AND subject_kind = 'order' THEN difference ELSE 0 END) AS DECIMAL(18,4)) AS amount,
  CAST(sum(CASE WHEN code = 'GIFTCARD_ROLLFORWARD_DIFF' OR code = 'STORE_CREDIT_DIFF' AND subject_kind = 'store_credit' THEN - difference ELSE 0 END) AS DECIMAL(18,4)) AS items
FROM told GROUP BY entity, currency, kind
