/*
title = "Payout is not on the bank statement"
kind = "check"
rule = "Y-04"
code = "PAYOUT_NOT_IN_BANK"
severity = "high"
class = "TIMING"
subject = "payout"
owner = "treasury"
why = "The processor says it paid; the bank has not seen it."
suggestion = "Ask bank and processor with the reference."
reads = ["payout_fact", "match_bank_line", "watermark_fact", "business_day", "run_context", "rule_parameter", "bank_line_current"]
needs = ["bank_line"]

[parameters.business_days]
default = "5"
meaning = "business days from payout to bank line"
*/
WITH near AS (
  SELECT p.account, p.payout_id, b.bank_account, b.bank_reference, b.amount - p.payout_amount AS delta, CASE b.standing WHEN 'announced' THEN 'booked by a statement' ELSE 'reference equal' END AS failed,
    row_number() OVER (PARTITION BY p.account, p.payout_id ORDER BY abs(b.amount - p.payout_amount), b.bank_reference) AS place
  FROM payout_fact AS p
  JOIN bank_line_current AS b ON b.bank_account = p.bank_account AND b.processor = p.processor AND date_diff('day', p.paid_on, b.booked_on) BETWEEN -2 AND 10
  WHERE NOT EXISTS (SELECT 1 FROM match_bank_line AS m WHERE m.left_key = concat(p.account, '/', p.payout_id))
    AND NOT EXISTS (SELECT 1 FROM match_bank_line AS m WHERE m.right_key = concat(b.bank_account, '/', b.bank_reference))
), nearest AS (
  SELECT account, payout_id, concat('[', string_agg(concat('{"candidate":"', bank_account, '/', bank_reference, '","failed":"', failed, '","delta":"', CAST(delta AS VARCHAR), '"}'), ',' ORDER BY place), ']') AS candidates
  FROM near WHERE place <= 3 GROUP BY account, payout_id
)
SELECT p.entity, NULL AS store, concat(p.account, '/', p.payout_id) AS subject_key, coalesce(p.payout_amount, p.lines_net) AS expected, NULL AS actual, coalesce(p.payout_amount, p.lines_net) AS difference, p.currency,
  b1.day AS due_on,
  concat('Paid on ', CAST(p.paid_on AS VARCHAR), ' with reference ', coalesce(p.bank_reference, 'unknown'), '; no bank line of ', coalesce(p.bank_account, 'any account'), ' belongs to it.') AS cause, concat(p.file_id, ':', p.row_no) AS evidence, n.candidates
FROM payout_fact AS p
CROSS JOIN run_context AS x
JOIN rule_parameter AS k ON k.rule = 'Y-04' AND k.name = 'business_days' AND k.entity = p.entity
JOIN business_day AS b0 ON b0.entity = p.entity AND b0.day = p.paid_on
JOIN business_day AS b1 ON b1.entity = p.entity AND b1.is_business AND b1.ordinal = b0.ordinal + CAST(k.value AS INTEGER)
LEFT JOIN watermark_fact AS w ON w.source = 'bank_line' AND w.owner_key = p.bank_account
LEFT JOIN nearest AS n ON n.account = p.account AND n.payout_id = p.payout_id
WHERE (b1.day >= x.as_of OR b1.day <= w.complete_until) AND p.status = 'paid' AND coalesce(p.payout_amount, p.lines_net) <> 0
  AND NOT EXISTS (SELECT 1 FROM match_bank_line AS m WHERE m.left_key = concat(p.account, '/', p.payout_id))
ORDER BY subject_key
