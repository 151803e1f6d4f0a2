/*
title = "What single findings say of the liability of gift cards and store credit"
kind = "fact"
why = "The whole is compared after its parts: what a finding about an order, a card or an account explains is not told once more. `amount`: more is owed than was booked, or less; `items`: lists and movements that differ from each other."
reads = ["finding"]
*/
-- what single findings say of the liability: more is owed than booked (positive), or less
SELECT entity, currency, CAST(sum(CASE WHEN code = 'GIFTCARD_AS_REVENUE' OR code = 'GIFTCARD_PROMO_ISSUE' THEN difference WHEN code IN ('GIFTCARD_TENDER_WRONG', 'GIFTCARD_REFUND_DIFF') THEN - difference
  WHEN code = 'STORE_CREDIT_DIFF' AND subject_kind = 'order' THEN difference ELSE 0 END) AS DECIMAL(18,4)) AS amount,
  CAST(sum(CASE WHEN code = 'GIFTCARD_ROLLFORWARD_DIFF' OR code = 'STORE_CREDIT_DIFF' AND subject_kind = 'store_credit' THEN - difference ELSE 0 END) AS DECIMAL(18,4)) AS items
FROM finding WHERE code IN ('GIFTCARD_AS_REVENUE', 'GIFTCARD_PROMO_ISSUE', 'GIFTCARD_TENDER_WRONG', 'GIFTCARD_REFUND_DIFF', 'GIFTCARD_ROLLFORWARD_DIFF', 'STORE_CREDIT_DIFF') AND subject_kind <> 'account_balance' GROUP BY entity, currency
