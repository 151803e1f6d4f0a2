/*
title = "Bank line of a processor without a payout"
kind = "check"
rule = "Y-05"
code = "BANK_UNEXPLAINED"
severity = "high"
class = "BUSINESS"
subject = "bank_line"
owner = "treasury"
why = "Money that no report explains: what a processor paid in, or drew. What a payout brought that is said to have failed and is booked (Y-03) is that finding."
suggestion = "Ask the processor which payout it is."
reads = ["bank_line_current", "match_bank_line", "bank_near", "map_bank_account", "map_processor_account", "watermark_fact", "bank_tie", "bank_name", "bank_stranger", "payout_conflict"]
needs = ["payout"]
*/
WITH nearest AS (
  SELECT bank_account, bank_key, concat('[', string_agg(concat('{"candidate":"', account, '/', payout_id, words), ',' ORDER BY line_place), ']') AS candidates
  FROM bank_near WHERE line_place <= 3 GROUP BY bank_account, bank_key
), known AS (
  SELECT p.bank_account, p.processor, min(w.complete_until) AS complete_until
  FROM map_processor_account AS p LEFT JOIN watermark_fact AS w ON w.source = 'payout' AND w.owner_key = p.account
  GROUP BY p.bank_account, p.processor HAVING count(*) = count(w.complete_until)
)
SELECT a.entity, NULL AS store, concat(b.bank_account, '/', b.bank_reference) AS subject_key, CAST(0 AS DECIMAL(18,4)) AS expected, b.amount AS actual, b.amount AS difference, b.currency, NULL AS due_on,
  concat(CASE WHEN b.amount < 0 THEN 'A debit' ELSE 'A credit' END, ' of ', CAST(b.booked_on AS VARCHAR), ' carries the name of ', b.processor, CASE WHEN s.reference IS NOT NULL THEN concat(' and the reference ', s.reference, ', which is of no payout and not as its own are.') WHEN w.payout_key IS NULL THEN ' and no reference of a known payout.' ELSE concat(' and the reference of ', w.payout_key, ', which it does not explain.') END) AS cause, concat(b.file_id, ':', b.row_no) AS evidence, n.candidates
FROM bank_line_current AS b
LEFT JOIN map_bank_account AS a ON a.bank_account = b.bank_account AND b.booked_on BETWEEN a.valid_from AND a.valid_to
LEFT JOIN nearest AS n ON n.bank_account = b.bank_account AND n.bank_key = b.bank_reference
LEFT JOIN (SELECT bank_account, bank_key, min(concat(account, '/', payout_id)) AS payout_key FROM bank_name WHERE strength <= 2 GROUP BY bank_account, bank_key) AS w ON w.bank_account = b.bank_account AND w.bank_key = b.bank_reference
LEFT JOIN bank_stranger AS s ON s.bank_account = b.bank_account AND s.bank_key = b.bank_reference
JOIN known AS k ON k.bank_account = b.bank_account AND k.processor = b.processor AND b.booked_on <= k.complete_until
WHERE b.amount <> 0 AND b.standing = 'booked'
  AND NOT EXISTS (SELECT 1 FROM bank_tie AS t WHERE t.side = 'line' AND t.bank_account = b.bank_account AND t.bank_key = b.bank_reference)
  AND NOT EXISTS (SELECT 1 FROM payout_conflict AS c WHERE c.bank_account = b.bank_account AND c.bank_key = b.bank_reference)
  AND NOT EXISTS (SELECT 1 FROM match_bank_line AS m WHERE m.right_key = concat(b.bank_account, '/', b.bank_reference))
ORDER BY subject_key
