/*
title = "Buckets of every payout"
kind = "fact"
why = "A line adds its gross to its own bucket, its fee to fee or dispute fee; the buckets sum to the net of the lines."
reads = ["line_fact"]
*/
WITH part AS (
  SELECT account, payout_id, entity, currency, bucket, gross AS amount FROM line_fact WHERE payout_id IS NOT NULL AND gross <> 0
  UNION ALL
  SELECT account, payout_id, entity, currency, CASE WHEN bucket IN ('dispute', 'dispute_fee') THEN 'dispute_fee' ELSE 'fee' END, fee + fee_tax FROM line_fact WHERE payout_id IS NOT NULL AND fee + fee_tax <> 0
  UNION ALL
  SELECT account, payout_id, entity, currency, 'tax', tax_withheld FROM line_fact WHERE payout_id IS NOT NULL AND tax_withheld <> 0
  UNION ALL
  SELECT account, payout_id, entity, currency, 'reserve', reserve FROM line_fact WHERE payout_id IS NOT NULL AND reserve <> 0
)
SELECT account, payout_id, min(entity) AS entity, bucket, count(*) AS lines, sum(amount) AS amount, currency FROM part GROUP BY account, payout_id, bucket, currency
