/*
title = "Bank line of a processor without a payout"
kind = "check"
rule = "Y-05"
code = "BANK_UNEXPLAINED"
severity = "high"
class = "BUSINESS"
subject = "bank_line"
owner = "treasury"
why = "Money that no report explains: what a processor paid in, or drew."
suggestion = "Ask the processor which payout it is."
reads = ["bank_line_current", "match_bank_line", "payout_fact", "map_bank_account", "map_processor_account", "watermark_fact", "bank_group"]
needs = ["payout"]
*/
WITH near AS (
  SELECT b.bank_account, b.bank_reference, p.account, p.payout_id, b.amount - coalesce(p.payout_amount, p.lines_net) AS delta,
    row_number() OVER (PARTITION BY b.bank_account, b.bank_reference ORDER BY abs(b.amount - coalesce(p.payout_amount, p.lines_net)), p.account, p.payout_id) AS place,
    count(*) FILTER (WHERE b.amount = coalesce(p.payout_amount, p.lines_net)) OVER (PARTITION BY b.bank_account, b.bank_reference) AS equal_ones
  FROM bank_line_current AS b
  JOIN payout_fact AS p ON p.bank_account = b.bank_account AND p.processor = b.processor AND date_diff('day', p.paid_on, b.booked_on) BETWEEN -2 AND 10
  WHERE NOT EXISTS (SELECT 1 FROM match_bank_line AS m WHERE m.right_key = concat(b.bank_account, '/', b.bank_reference))
    AND NOT EXISTS (SELECT 1 FROM match_bank_line AS m WHERE m.left_key = concat(p.account, '/', p.payout_id))
), nearest AS (
  SELECT bank_account, bank_reference, max(equal_ones) AS equal_ones,
    concat('[', string_agg(concat('{"candidate":"', account, '/', payout_id, '","failed":"reference equal","delta":"', CAST(delta AS VARCHAR), '"}'), ',' ORDER BY place), ']') AS candidates
  FROM near WHERE place <= 3 GROUP BY bank_account, bank_reference
), known AS (
  SELECT p.bank_account, p.processor, min(w.complete_until) AS complete_until
  FROM map_processor_account AS p LEFT JOIN watermark_fact AS w ON w.source = 'payout' AND w.owner_key = p.account
  GROUP BY p.bank_account, p.processor HAVING count(*) = count(w.complete_until)
)
SELECT a.entity, NULL AS store, concat(b.bank_account, '/', b.bank_reference) AS subject_key, CAST(0 AS DECIMAL(18,4)) AS expected, b.amount AS actual, b.amount AS difference, b.currency, NULL AS due_on,
  concat(CASE WHEN b.amount < 0 THEN 'A debit' ELSE 'A credit' END, ' of ', CAST(b.booked_on AS VARCHAR), ' carries the name of ', b.processor, ' and no reference of a known payout.') AS cause, concat(b.file_id, ':', b.row_no) AS evidence, n.candidates
FROM bank_line_current AS b
LEFT JOIN map_bank_account AS a ON a.bank_account = b.bank_account AND b.booked_on BETWEEN a.valid_from AND a.valid_to
LEFT JOIN nearest AS n ON n.bank_account = b.bank_account AND n.bank_reference = b.bank_reference
JOIN known AS k ON k.bank_account = b.bank_account AND k.processor = b.processor AND b.booked_on <= k.complete_until
WHERE b.amount <> 0 AND b.standing = 'booked' AND coalesce(n.equal_ones, 0) < 2
  AND NOT EXISTS (SELECT 1 FROM bank_group AS g WHERE g.bank_account = b.bank_account AND g.bank_key = b.bank_reference)
  AND NOT EXISTS (SELECT 1 FROM match_bank_line AS m WHERE m.right_key = concat(b.bank_account, '/', b.bank_reference))
ORDER BY subject_key
