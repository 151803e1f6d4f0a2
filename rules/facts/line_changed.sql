/*
title = "Settled lines that were changed after they were paid"
kind = "fact"
why = "What a processor has paid out stands; a later report with another amount, fee, net or currency, in another payout or on another day, or as another kind, contradicts the one that was booked. A payout that failed and was made anew is none, nor what a report names for the first time. Held against the first version that was paid; one that changed back is none. Where the report gives its lines no id, another amount makes another line: two of one second, order, payment and payout, the second from a later report, are one that changed, and the payout has both."
reads = ["settlement_line", "settlement_line_current", "payout_current"]
*/
WITH again AS (
  SELECT DISTINCT account, line_id FROM settlement_line WHERE version > 1
), paid AS (
  SELECT l.account, l.line_id, l.version, l.payout_id, l.payout_on, l.native_type, l.event_type, l.bucket, l.currency, l.gross, l.fee, l.fee_tax, l.tax_withheld, l.reserve, l.net, l.known_at, l.file_id, l.row_no, row_number() OVER (PARTITION BY l.account, l.line_id ORDER BY l.version) AS place
  FROM settlement_line AS l JOIN again AS a ON a.account = l.account AND a.line_id = l.line_id WHERE l.payout_status = 'paid'
), apart AS (
  SELECT account, occurred_at, native_type, order_name, processor_ref, payout_id, payout_on, currency, min_by(line_id, known_at) AS before_id, max_by(line_id, known_at) AS line_id
  FROM settlement_line_current
  WHERE payout_status = 'paid' AND order_name IS NOT NULL AND regexp_matches(line_id, '^[0-9a-f]{32}$')
  GROUP BY account, occurred_at, native_type, order_name, processor_ref, payout_id, payout_on, currency
  HAVING count(*) = 2 AND min(known_at) < max(known_at)
), compared AS (
  SELECT n.account, n.line_id, n.payout_id, n.payout_on, n.native_type, n.bucket, n.currency, n.gross, n.fee + n.fee_tax AS fee, n.net, p.payout_id AS payout_before, p.payout_on AS paid_before, p.native_type AS type_before, p.currency AS currency_before,
    p.gross AS gross_before, p.fee + p.fee_tax AS fee_before, p.net AS net_before, concat(p.file_id, ':', p.row_no, ' ', n.file_id, ':', n.row_no) AS evidence,
    n.gross <> p.gross OR n.fee <> p.fee OR n.fee_tax <> p.fee_tax OR n.tax_withheld <> p.tax_withheld OR n.reserve <> p.reserve OR n.net <> p.net OR n.currency <> p.currency AS is_amount,
    n.payout_status = 'paid' AND coalesce(n.payout_id <> p.payout_id, FALSE) AND f.payout_id IS NULL AS is_moved,
    n.payout_status = 'paid' AND coalesce(n.payout_id = p.payout_id AND n.payout_on <> p.payout_on, FALSE) AND f.payout_id IS NULL AS is_dated,
    n.native_type <> p.native_type AND (n.bucket <> p.bucket OR n.event_type <> p.event_type) AS is_retyped
  FROM settlement_line_current AS n JOIN paid AS p ON p.account = n.account AND p.line_id = n.line_id AND p.place = 1
  LEFT JOIN (SELECT DISTINCT account, payout_id FROM payout_current WHERE status IN ('failed', 'canceled')) AS f ON f.account = p.account AND f.payout_id = p.payout_id
  WHERE n.version > p.version
)
SELECT c.account, c.line_id, c.payout_id, c.currency, c.net_before, c.net, c.net - c.net_before AS net_change, CASE WHEN c.is_moved THEN c.net ELSE c.net - c.net_before END AS payout_change, CAST(NULL AS VARCHAR) AS before_id, c.gross_before, c.gross, c.fee_before, c.fee,
  CASE WHEN c.is_moved THEN c.payout_before END AS payout_before, CASE WHEN c.is_dated THEN c.paid_before END AS paid_before, c.payout_on AS paid_on, CASE WHEN c.is_retyped THEN c.type_before END AS type_before, c.native_type, c.bucket, c.currency_before, c.is_amount, c.evidence
FROM compared AS c
WHERE c.is_amount OR c.is_moved OR c.is_dated OR c.is_retyped
UNION ALL
SELECT n.account, n.line_id, n.payout_id, n.currency, p.net, n.net, n.net - p.net, n.net, p.line_id, p.gross, n.gross, p.fee + p.fee_tax, n.fee + n.fee_tax, NULL, NULL, n.payout_on, NULL, n.native_type, n.bucket, p.currency, TRUE, concat(p.file_id, ':', p.row_no, ' ', n.file_id, ':', n.row_no)
FROM apart AS a
JOIN settlement_line_current AS p ON p.account = a.account AND p.line_id = a.before_id
JOIN settlement_line_current AS n ON n.account = a.account AND n.line_id = a.line_id
