/*
title = "Every payout as the processor states it and as its lines make it"
kind = "fact"
why = "One row per payout: from its list, from its lines, or from both; rows of a list that nothing tells apart are one payout with the lines of their day, or wait in the payouts that they may be. What a file writes once for every transaction is the sum of those rows, whatever files they came in. One that failed has the day of its lines: what tells of the failure may carry a later one. Lineless is a row among the lines that names no payout, in an account none of whose lines does: its format does not say what it pays. Where nothing at all tells payouts, the transfers to the bank among the lines are they."
reads = ["payout_current", "settlement_line_current", "payout_of_line", "payout_binding", "payout_tie", "line_payout", "map_processor_account"]
*/
WITH told AS (
  SELECT account, count(payout_id) + count(payout_on) AS named FROM settlement_line_current WHERE bucket <> 'payout' GROUP BY account
), sent AS (
  -- transfers to the bank among the lines of an account of which nothing tells payouts
  SELECT s.account, coalesce(s.processor_ref, s.line_id) AS payout_id, s.event_type, s.currency, s.booked_on, s.gross, s.bank_reference, s.parent_ref, s.file_id, s.row_no
  FROM settlement_line_current AS s JOIN told AS u ON u.account = s.account AND u.named = 0
  WHERE s.bucket = 'payout' AND s.payout_id IS NULL AND s.payout_on IS NULL AND s.account NOT IN (SELECT p.account FROM payout_current AS p)
), listed AS (
  SELECT p.account, coalesce(p.payout_id, b.payout_id) AS payout_id, p.payout_key, p.status, p.paid_on, p.amount, p.currency, p.bank_reference, p.charges, p.refunds,
    p.adjustments, p.reserved, p.fees, p.other, p.file_id, p.row_no
  FROM payout_current AS p LEFT JOIN payout_binding AS b ON b.account = p.account AND b.payout_key = p.payout_key
  WHERE b.pass IS DISTINCT FROM 'all rows of the day together' AND NOT EXISTS (SELECT 1 FROM payout_tie AS t WHERE t.account = p.account AND t.payout_key = p.payout_key)
  UNION ALL
  SELECT p.account, b.payout_id, min(p.payout_key), min(p.status), min(p.paid_on), sum(p.amount), min(p.currency),
    CASE WHEN count(DISTINCT p.bank_reference) = 1 AND count(p.bank_reference) = count(*) THEN min(p.bank_reference) END, sum(p.charges), sum(p.refunds),
    sum(p.adjustments), sum(p.reserved), sum(p.fees), sum(p.other), min_by(p.file_id, p.payout_key), min_by(p.row_no, p.payout_key)
  FROM payout_current AS p JOIN payout_binding AS b ON b.account = p.account AND b.payout_key = p.payout_key
  WHERE b.pass = 'all rows of the day together' GROUP BY p.account, b.payout_id
  UNION ALL
  SELECT s.account, s.payout_id, s.payout_id, CASE WHEN bool_or(r.account IS NOT NULL) THEN 'failed' ELSE 'paid' END, s.booked_on, - s.gross, s.currency, coalesce(s.bank_reference, s.payout_id), NULL, NULL,
    NULL, NULL, NULL, NULL, s.file_id, s.row_no
  FROM sent AS s LEFT JOIN sent AS r ON r.account = s.account AND r.event_type = 'payout_failed' AND r.parent_ref = s.payout_id AND r.currency = s.currency AND r.gross = - s.gross
  WHERE s.event_type = 'payout' GROUP BY s.account, s.payout_id, s.booked_on, s.gross, s.currency, s.bank_reference, s.file_id, s.row_no
), parts AS (
  SELECT l.account, l.payout_id, - sum(l.net) AS amount
  FROM settlement_line_current AS l
  JOIN (SELECT DISTINCT account, payout_id FROM payout_of_line WHERE pass = 'row of the payout') AS n ON n.account = l.account AND n.payout_id = l.payout_id
  WHERE l.bucket = 'payout' GROUP BY l.account, l.payout_id
)
SELECT coalesce(l.account, n.account) AS account, a.entity, coalesce(l.payout_id, n.payout_id, l.payout_key) AS payout_id, l.payout_key,
  coalesce(l.currency, n.currency) AS currency, coalesce(l.status, n.status) AS status, CASE WHEN l.status IN ('failed', 'canceled') THEN coalesce(n.paid_on, l.paid_on) ELSE coalesce(l.paid_on, n.paid_on) END AS paid_on, coalesce(t.amount, l.amount) AS payout_amount,
  coalesce(l.bank_reference, n.bank_reference) AS bank_reference, coalesce(n.lines_net, 0) AS lines_net, coalesce(n.lines, 0) AS lines, coalesce(n.foreign_lines, 0) AS foreign_lines,
  coalesce(n.order_lines, 0) AS order_lines, coalesce(n.unexplained_lines, 0) AS unexplained_lines, coalesce(n.unknown_lines, 0) AS unknown_lines,
  l.charges, l.refunds, l.adjustments, l.reserved, l.fees, l.other, n.payout_id IS NULL AND coalesce(u.named = 0, FALSE) AS is_lineless, a.bank_account, a.processor, coalesce(l.file_id, n.file_id) AS file_id, coalesce(l.row_no, n.row_no) AS row_no
FROM listed AS l
FULL JOIN line_payout AS n ON n.account = l.account AND n.payout_id = l.payout_id
LEFT JOIN settlement_line_current AS r ON r.account = l.account AND r.file_id = l.file_id AND r.row_no = l.row_no AND r.bucket = 'payout' AND r.payout_id IS NULL
LEFT JOIN parts AS t ON t.account = n.account AND t.payout_id = n.payout_id
LEFT JOIN told AS u ON u.account = r.account
LEFT JOIN map_processor_account AS a ON a.account = coalesce(l.account, n.account) AND coalesce(l.paid_on, n.paid_on, DATE '9999-12-31') BETWEEN a.valid_from AND a.valid_to
