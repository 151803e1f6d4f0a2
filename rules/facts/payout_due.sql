/*
title = "What every payout should bring to the bank, and when"
kind = "fact"
why = "Payouts of the processors, and those that were open at the cut-over and that no file lists. A bank line without a reference may be theirs from two business days before to some business days after, in the calendar of the entity; one that was open at the cut-over has its line later than that. One that failed is due nothing; its reference is known all the same."
reads = ["payout_fact", "opening_fact", "rule_parameter", "business_day"]
*/
WITH known AS (
  SELECT account, payout_id, entity, currency, bank_account, bank_reference, processor, paid_on, coalesce(payout_amount, lines_net) AS amount, CAST(NULL AS DATE) AS open_on,
    status IN ('failed', 'canceled') AS is_failed
  FROM payout_fact WHERE coalesce(payout_amount, lines_net) <> 0
  UNION ALL
  SELECT o.account, o.reference, o.entity, o.currency, o.bank_account, o.reference, o.processor, o.due_on, o.amount, o.cutover_on, FALSE
  FROM opening_fact AS o
  WHERE o.kind = 'unpaid_payout' AND NOT EXISTS (SELECT 1 FROM payout_fact AS p WHERE p.account = o.account AND o.reference IN (p.payout_id, p.payout_key, p.bank_reference))
), bound AS (
  -- a business day and the days off behind it
  SELECT entity, ordinal, min(day) AS first_day, max(day) AS last_day FROM business_day GROUP BY entity, ordinal
), placed AS (
  SELECT k.account, k.payout_id, k.entity, k.currency, k.bank_account, k.bank_reference, k.processor, k.paid_on, k.amount, k.open_on, k.is_failed, CAST(w.value AS INTEGER) AS window_days,
    b.ordinal + CASE WHEN b.is_business THEN 0 ELSE 1 END AS ordinal
  FROM known AS k
  LEFT JOIN rule_parameter AS w ON w.rule = 'Y-04' AND w.name = 'window_days' AND w.entity = k.entity
  LEFT JOIN business_day AS b ON b.entity = k.entity AND b.day = k.paid_on
)
SELECT p.account, p.payout_id, p.entity, p.currency, p.bank_account, p.bank_reference, p.processor, p.paid_on, p.amount, p.open_on, p.is_failed,
  CASE WHEN p.window_days IS NOT NULL THEN greatest(coalesce(f.first_day, p.paid_on - 2), coalesce(p.open_on, DATE '1900-01-01')) END AS from_on,
  CASE WHEN p.window_days IS NOT NULL THEN coalesce(u.last_day, p.paid_on + p.window_days + 2) END AS until_on
FROM placed AS p
LEFT JOIN bound AS f ON f.entity = p.entity AND f.ordinal = p.ordinal - 2
LEFT JOIN bound AS u ON u.entity = p.entity AND u.ordinal = p.ordinal + p.window_days
