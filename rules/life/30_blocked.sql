/*
title = "Payouts that must not be booked"
kind = "life"
why = "An open exception of severity block on the payout or on one of its lines, also one that waits in a cause. PAYOUT_NOT_POSTED blocks nothing: booking is its cure."
reads = ["claimed", "found", "line_fact", "match_settlement_line", "payout_fact"]
makes = ["blocked_payout"]
*/
CREATE OR REPLACE TABLE fact.blocked_payout AS
WITH blocking AS (
  SELECT subject_kind, subject_key FROM fact.found WHERE severity = 'block' AND state <> 'before_cutover' AND code <> 'PAYOUT_NOT_POSTED'
  UNION SELECT subject_kind, subject_key FROM fact.claimed WHERE severity = 'block' AND code <> 'PAYOUT_NOT_POSTED'
)
SELECT DISTINCT p.account, p.payout_id
FROM fact.payout_fact AS p JOIN blocking AS f ON f.subject_kind = 'payout' AND f.subject_key = concat(p.account, '/', p.payout_id)
UNION
SELECT DISTINCT l.account, l.payout_id
FROM fact.line_fact AS l JOIN blocking AS f ON f.subject_kind = 'settlement_line' AND f.subject_key = concat(l.account, '/', l.line_id)
WHERE l.payout_id IS NOT NULL
UNION
SELECT DISTINCT l.account, l.payout_id
FROM fact.match_settlement_line AS m JOIN fact.line_fact AS l ON l.account = m.account AND l.line_id = m.line_id
JOIN blocking AS f ON f.subject_kind = 'order_transaction' AND f.subject_key = m.left_key
WHERE l.payout_id IS NOT NULL;
