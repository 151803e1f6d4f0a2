/*
title = "Posting roles of every payout"
kind = "fact"
why = "Each bucket has one role; what the processor sent goes to payouts in transit, a balance that it carries on stays in clearing."
reads = ["payout_bucket_fact", "payout_fact"]
*/
WITH role AS (
  SELECT account, payout_id, entity, currency, lines, amount,
    CASE bucket WHEN 'sale' THEN 'clearing' WHEN 'refund' THEN 'clearing' WHEN 'carry' THEN 'clearing' WHEN 'fee' THEN 'processing_fees' WHEN 'dispute' THEN 'disputed_funds' WHEN 'dispute_fee' THEN 'chargeback_fees'
      WHEN 'reserve' THEN 'processor_reserve' WHEN 'adjustment' THEN 'processor_adjustments' WHEN 'tax' THEN 'tax_withheld' WHEN 'shipping_cost' THEN 'shipping_cost'
      WHEN 'financing' THEN 'financing' WHEN 'marketing' THEN 'marketing' WHEN 'platform' THEN 'platform_fees' WHEN 'protection' THEN 'chargeback_fees' WHEN 'transfer' THEN 'transfers' ELSE 'suspense' END AS role
  FROM payout_bucket_fact
)
SELECT account, payout_id, min(entity) AS entity, role, currency, CAST(sum(lines) AS BIGINT) AS lines, - sum(amount) AS amount FROM role GROUP BY account, payout_id, role, currency HAVING sum(amount) <> 0
UNION ALL
SELECT account, payout_id, entity, 'payouts_in_transit', currency, 1, payout_amount FROM payout_fact WHERE payout_amount IS NOT NULL AND payout_amount <> 0
