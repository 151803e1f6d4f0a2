/*
title = "Settled lines whose amounts changed later"
kind = "fact"
why = "What a processor has paid out stands; a later report with another amount, fee or net contradicts the one that was booked. Held against the first version that was paid; one that changed back is none. Where the report gives its lines no id, another amount makes another line: two of one second, order, payment and payout, the second from a later report, are one that changed, and the payout has both."
reads = ["settlement_line", "settlement_line_current"]
*/
WITH again AS (
  SELECT DISTINCT account, line_id FROM settlement_line WHERE version > 1
), paid AS (
  SELECT l.account, l.line_id, l.version, l.currency, l.gross, l.fee, l.fee_tax, l.tax_withheld, l.reserve, l.net, l.known_at, l.file_id, l.row_no, row_number() OVER (PARTITION BY l.account, l.line_id ORDER BY l.version) AS place
  FROM settlement_line AS l JOIN again AS a ON a.account = l.account AND a.line_id = l.line_id WHERE l.payout_status = 'paid'
), apart AS (
  SELECT account, occurred_at, native_type, order_name, processor_ref, payout_id, payout_on, currency, min_by(line_id, known_at) AS before_id, max_by(line_id, known_at) AS line_id
  FROM settlement_line_current
  WHERE payout_status = 'paid' AND order_name IS NOT NULL AND regexp_matches(line_id, '^[0-9a-f]{32}$')
  GROUP BY account, occurred_at, native_type, order_name, processor_ref, payout_id, payout_on, currency
  HAVING count(*) = 2 AND min(known_at) < max(known_at)
)
SELECT n.account, n.line_id, n.payout_id, n.currency, p.net AS net_before, n.net, n.net - p.net AS net_change, n.net - p.net AS payout_change, CAST(NULL AS VARCHAR) AS before_id, p.gross AS gross_before, n.gross, p.fee + p.fee_tax AS fee_before, n.fee + n.fee_tax AS fee,
  concat(p.file_id, ':', p.row_no, ' ', n.file_id, ':', n.row_no) AS evidence
FROM settlement_line_current AS n JOIN paid AS p ON p.account = n.account AND p.line_id = n.line_id AND p.place = 1
WHERE n.version > p.version AND (n.gross <> p.gross OR n.fee <> p.fee OR n.fee_tax <> p.fee_tax OR n.tax_withheld <> p.tax_withheld OR n.reserve <> p.reserve OR n.net <> p.net OR n.currency <> p.currency)
UNION ALL
SELECT n.account, n.line_id, n.payout_id, n.currency, p.net, n.net, n.net - p.net, n.net, p.line_id, p.gross, n.gross, p.fee + p.fee_tax, n.fee + n.fee_tax, concat(p.file_id, ':', p.row_no, ' ', n.file_id, ':', n.row_no)
FROM apart AS a
JOIN settlement_line_current AS p ON p.account = a.account AND p.line_id = a.before_id
JOIN settlement_line_current AS n ON n.account = a.account AND n.line_id = a.line_id
