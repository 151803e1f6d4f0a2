/*
title = "Summary of a payout and its lines differ by bucket"
kind = "check"
rule = "Y-02"
code = "PAYOUT_SUMMARY_DIFF"
severity = "high"
class = "BUSINESS"
subject = "payout"
owner = "treasury"
why = "The sums tie, their parts do not: a line stands in the wrong bucket."
suggestion = "Compare the bucket map with the list."
reads = ["payout_fact", "line_fact"]
against = ["payout_current"]
needs = ["settlement_line"]
*/
WITH bucketed AS (
  SELECT account, payout_id, sum(CASE WHEN bucket = 'sale' THEN gross ELSE 0 END) AS sales, sum(CASE WHEN bucket = 'refund' THEN gross ELSE 0 END) AS refunds,
    sum(fee + fee_tax) AS fees, sum(CASE WHEN bucket = 'reserve' THEN gross ELSE 0 END) AS reserved, count(*) FILTER (WHERE bucket = 'unknown') AS unknown_lines
  FROM line_fact WHERE payout_id IS NOT NULL GROUP BY account, payout_id
)
SELECT p.entity, NULL AS store, concat(p.account, '/', p.payout_id) AS subject_key, p.charges AS expected, b.sales AS actual,
  abs(p.charges - b.sales) + abs(p.refunds - b.refunds) + abs(p.fees - b.fees) + abs(coalesce(p.reserved, 0) - b.reserved) AS difference, p.currency, NULL AS due_on,
  concat('List and lines differ: sales by ', CAST(p.charges - b.sales AS VARCHAR), ', refunds by ', CAST(p.refunds - b.refunds AS VARCHAR), ', fees by ', CAST(p.fees - b.fees AS VARCHAR),
    ', reserves by ', CAST(coalesce(p.reserved, 0) - b.reserved AS VARCHAR), '.') AS cause, concat(p.file_id, ':', p.row_no) AS evidence, NULL AS candidates
FROM payout_fact AS p JOIN bucketed AS b ON b.account = p.account AND b.payout_id = p.payout_id
WHERE p.charges IS NOT NULL AND p.payout_amount = p.lines_net AND b.unknown_lines = 0 AND p.status = 'paid'
  AND (p.charges <> b.sales OR p.refunds <> b.refunds OR p.fees <> b.fees OR coalesce(p.reserved, 0) <> b.reserved)
ORDER BY subject_key
