/*
title = "Settlement lines of what was captured before the cut-over"
kind = "fact"
why = "A captured-unsettled position explains the line that carries its reference, its amount and its currency, where there is one such line and one such position."
reads = ["opening_fact", "settlement_line_current"]
*/
WITH named AS (
  SELECT l.account, l.line_id, o.reference, o.file_id, o.row_no,
    count(*) OVER (PARTITION BY o.account, o.reference) AS left_ways, count(*) OVER (PARTITION BY l.account, l.line_id) AS right_ways
  FROM opening_fact AS o
  JOIN settlement_line_current AS l ON l.account = o.account AND l.currency = o.currency AND l.gross = o.amount AND l.bucket = 'sale'
    AND o.reference IN (l.order_name, l.order_id, l.payment_id, l.merchant_ref, l.processor_ref, l.line_id, l.order_name || '/' || l.payment_id, l.order_name || '/' || l.processor_ref)
  WHERE o.kind = 'captured_unsettled'
)
SELECT account, line_id, reference, file_id, row_no FROM named WHERE left_ways = 1 AND right_ways = 1
