-- Stripe: a payout row takes the money out of the balance, so the payout is its net with the sign turned.
SELECT row_no, feed_owner, payout_id, 'paid' AS status, coalesce(day_utc, day_local) AS paid_on, CAST(- net AS DECIMAL(18,4)) AS amount, currency, bank_reference,
  CAST(NULL AS DECIMAL(18,4)) AS charges, CAST(NULL AS DECIMAL(18,4)) AS refunds, CAST(NULL AS DECIMAL(18,4)) AS adjustments,
  CAST(NULL AS DECIMAL(18,4)) AS reserved, CAST(NULL AS DECIMAL(18,4)) AS fees, CAST(NULL AS DECIMAL(18,4)) AS marketplace_tax,
  CAST(NULL AS DECIMAL(18,4)) AS advances, CAST(NULL AS DECIMAL(18,4)) AS retried, CAST(NULL AS VARCHAR) AS entity_hint, broken
FROM typed WHERE category = 'payout' AND payout_id IS NOT NULL
