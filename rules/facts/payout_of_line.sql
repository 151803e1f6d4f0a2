/*
title = "The payout of a line that does not name it"
kind = "fact"
why = "A line belongs to the payout whose id it carries. One without an id belongs to the payout whose own row names its transaction; else to the payout of its account, currency, day and status, which then is known by them. Where that payout was booked under its day, the lines stay with it when a later file brings an id."
reads = ["settlement_line_current", "journal_entry"]
*/
WITH loose AS (
  SELECT account, line_id, currency, payout_on, payout_status FROM settlement_line_current WHERE payout_id IS NULL AND bucket <> 'payout'
), named AS (
  SELECT l.account, l.line_id, min(p.payout_id) AS payout_id, min(p.payout_status) AS payout_status, max(p.payout_on) AS payout_on
  FROM loose AS l JOIN settlement_line_current AS p ON p.account = l.account AND p.parent_ref = l.line_id
  WHERE p.bucket = 'payout' AND p.payout_id IS NOT NULL GROUP BY l.account, l.line_id HAVING min(p.payout_id) = max(p.payout_id)
), dated AS (
  SELECT l.account, l.line_id, concat_ws('/', l.payout_on, l.currency, nullif(l.payout_status, 'paid')) AS payout_id, l.payout_status, l.payout_on
  FROM loose AS l LEFT JOIN named AS n ON n.account = l.account AND n.line_id = l.line_id
  WHERE n.line_id IS NULL AND l.payout_on IS NOT NULL AND l.payout_status IN ('scheduled', 'in_transit', 'paid', 'failed', 'canceled')
), booked AS (
  SELECT j.account, j.booked_on, j.currency, j.ref
  FROM journal_entry AS j LEFT JOIN journal_entry AS r ON r.kind = 'J-20' AND r.subject_key = j.entry_id
  WHERE j.kind = 'J-02' AND j.ref = concat_ws('/', j.booked_on, j.currency) GROUP BY j.account, j.booked_on, j.currency, j.ref HAVING bool_or(r.entry_id IS NULL)
)
SELECT account, line_id, payout_id, payout_status, payout_on, 'row of the payout' AS pass FROM named
UNION ALL
SELECT account, line_id, payout_id, payout_status, payout_on, 'account, currency, day and status' FROM dated
UNION ALL
SELECT l.account, l.line_id, b.ref, l.payout_status, l.payout_on, 'booked under its day'
FROM settlement_line_current AS l JOIN booked AS b ON b.account = l.account AND b.booked_on = l.payout_on AND b.currency = l.currency
WHERE l.payout_id IS NOT NULL AND l.bucket <> 'payout' AND l.payout_status = 'paid'
