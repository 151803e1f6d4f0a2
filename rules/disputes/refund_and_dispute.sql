/*
title = "Payment was refunded and taken back by a dispute as well"
kind = "check"
rule = "D-06"
code = "REFUND_AND_DISPUTE"
severity = "high"
class = "BUSINESS"
subject = "order"
owner = "treasury"
why = "The customer has the money twice: more went back by refunds and disputes than the order's lines brought. Won disputes and failed refunds count as what came back."
suggestion = "Contest the dispute with the proof of the refund."
reads = ["line_fact"]
against = ["line_fact"]
*/
WITH moved AS (
  SELECT l.entity, l.account, l.store, l.order_name, l.currency,
    sum(CASE WHEN l.bucket = 'sale' THEN l.gross ELSE 0 END) AS sold, - sum(CASE WHEN l.bucket = 'refund' THEN l.gross ELSE 0 END) AS refunded, - sum(CASE WHEN l.bucket = 'dispute' THEN l.gross ELSE 0 END) AS disputed,
    string_agg(concat(l.file_id, ':', l.row_no), ' ' ORDER BY l.booked_on, l.line_id) AS evidence
  FROM line_fact AS l WHERE l.bucket IN ('sale', 'refund', 'dispute') AND l.order_name IS NOT NULL
    AND EXISTS (SELECT 1 FROM line_fact AS d WHERE d.bucket = 'dispute' AND d.account = l.account AND d.store = l.store AND d.order_name = l.order_name)
  GROUP BY l.entity, l.account, l.store, l.order_name, l.currency
)
SELECT entity, store, concat(store, '/', order_name) AS subject_key, sold AS expected, refunded + disputed AS actual, refunded + disputed - sold AS difference, currency, NULL AS due_on,
  concat('Of ', CAST(sold AS VARCHAR), ' that ', account, ' took for ', order_name, ' ', CAST(refunded AS VARCHAR), ' were refunded and ', CAST(disputed AS VARCHAR), ' taken back by a dispute.') AS cause, evidence, NULL AS candidates
FROM moved WHERE sold > 0 AND refunded > 0 AND disputed > 0 AND refunded <= sold AND disputed <= sold AND refunded + disputed > sold
ORDER BY subject_key
