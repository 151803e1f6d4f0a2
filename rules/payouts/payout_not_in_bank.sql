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
reads = ["payout_fact", "match_bank_line", "watermark_fact", "business_day", "run_context", "rule_parameter", "bank_near", "bank_tie", "bank_return", "payout_due", "bank_gap"]
needs = ["bank_line"]

[parameters.business_days]
default = "5"
meaning = "business days from payout to bank line"
*/
WITH nearest AS (
  SELECT account, payout_id, concat('[', string_agg(concat('{"candidate":"', bank_account, '/', bank_key, words), ',' ORDER BY payout_place), ']') AS candidates
  FROM bank_near WHERE payout_place <= 3 GROUP BY account, payout_id
), unknown AS (
  -- a statement that is missing may have it: until it comes, the payout is on its way
  SELECT d.account, d.payout_id, min(g.missing_from) AS missing_from, max(g.missing_until) AS missing_until
  FROM payout_due AS d JOIN bank_gap AS g ON g.bank_account = d.bank_account AND g.currency = d.currency AND g.missing_from <= g.missing_until AND g.missing_from <= d.until_on AND g.missing_until >= d.from_on
  GROUP BY d.account, d.payout_id
)
SELECT p.entity, NULL AS store, concat(p.account, '/', p.payout_id) AS subject_key, coalesce(p.payout_amount, p.lines_net) AS expected, NULL AS actual, coalesce(p.payout_amount, p.lines_net) AS difference, p.currency,
  coalesce(r.back_on, CASE WHEN u.missing_from IS NOT NULL THEN greatest(b1.day, x.as_of) ELSE b1.day END) AS due_on,
  concat('Paid on ', CAST(p.paid_on AS VARCHAR), ' with reference ', coalesce(p.bank_reference, 'unknown'), CASE WHEN r.back_on IS NULL THEN concat('; no bank line of ', coalesce(p.bank_account, 'any account'), ' belongs to it', CASE WHEN u.missing_from IS NOT NULL THEN concat(', and its statements from ', CAST(u.missing_from AS VARCHAR), ' to ', CAST(u.missing_until AS VARCHAR), ' are missing') ELSE '' END, '.')
    ELSE concat('; the bank booked it on ', CAST(r.booked_on AS VARCHAR), ' and sent it back on ', CAST(r.back_on AS VARCHAR), '.') END) AS cause, concat(p.file_id, ':', p.row_no) AS evidence, n.candidates
FROM payout_fact AS p
CROSS JOIN run_context AS x
JOIN rule_parameter AS k ON k.rule = 'Y-04' AND k.name = 'business_days' AND k.entity = p.entity
JOIN business_day AS b0 ON b0.entity = p.entity AND b0.day = p.paid_on
JOIN business_day AS b1 ON b1.entity = p.entity AND b1.is_business AND b1.ordinal = b0.ordinal + CAST(k.value AS INTEGER)
LEFT JOIN watermark_fact AS w ON w.source = 'bank_line' AND w.owner_key = p.bank_account
LEFT JOIN (SELECT account, payout_id, min(booked_on) AS booked_on, max(back_on) AS back_on FROM bank_return GROUP BY account, payout_id) AS r ON r.account = p.account AND r.payout_id = p.payout_id
LEFT JOIN unknown AS u ON u.account = p.account AND u.payout_id = p.payout_id
LEFT JOIN nearest AS n ON n.account = p.account AND n.payout_id = p.payout_id
WHERE (b1.day >= x.as_of OR b1.day <= w.complete_until OR r.back_on IS NOT NULL) AND p.status = 'paid' AND coalesce(p.payout_amount, p.lines_net) <> 0
  AND NOT EXISTS (SELECT 1 FROM match_bank_line AS m WHERE m.left_key = concat(p.account, '/', p.payout_id) AND m.shape IS DISTINCT FROM 'returned')
  AND NOT EXISTS (SELECT 1 FROM bank_tie AS t WHERE t.side = 'payout' AND t.account = p.account AND t.payout_id = p.payout_id)
ORDER BY subject_key
