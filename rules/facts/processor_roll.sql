/*
title = "Balances of processors, month by month"
kind = "fact"
why = "Where a processor states its balances: opening of the month's first batch, the lines of its reports and what was paid out, against the closing of the last. What batches leave out between them is `gap`, another finding. A balance that is carried on is no line."
reads = ["settlement_batch", "settlement_batch_current", "settlement_line", "settlement_line_current", "payout", "payout_current", "map_processor_account"]
*/
WITH batch AS (
  SELECT account, batch_key, currency, closed_on, CAST(date_trunc('month', closed_on) AS DATE) AS month, opening, closing, file_id, row_no,
    lag(closing) OVER (PARTITION BY account, currency, date_trunc('month', closed_on) ORDER BY closed_on, sequence_no, batch_key) AS closing_before,
    row_number() OVER (PARTITION BY account, currency, date_trunc('month', closed_on) ORDER BY closed_on, sequence_no, batch_key) AS place,
    row_number() OVER (PARTITION BY account, currency, date_trunc('month', closed_on) ORDER BY closed_on DESC, sequence_no DESC, batch_key DESC) AS place_from_end
  FROM settlement_batch_current WHERE opening IS NOT NULL AND closing IS NOT NULL
), report AS (
  SELECT v.account, v.currency, v.file_id, min(b.month) AS month FROM settlement_batch AS v JOIN batch AS b ON b.account = v.account AND b.batch_key = v.batch_key GROUP BY v.account, v.currency, v.file_id
), placed AS (
  SELECT l.account, l.line_id, r.currency, min(r.month) AS month, min(r.file_id) AS file_id FROM settlement_line AS l JOIN report AS r ON r.account = l.account AND r.file_id = l.file_id AND r.currency = l.currency GROUP BY l.account, l.line_id, r.currency
), moved AS (
  SELECT p.account, p.currency, p.month, p.file_id, sum(CASE WHEN c.bucket = 'carry' THEN 0 ELSE c.net END) AS amount, bool_or(c.bucket = 'payout') AS has_payout
  FROM placed AS p JOIN settlement_line_current AS c ON c.account = p.account AND c.line_id = p.line_id AND c.currency = p.currency GROUP BY p.account, p.currency, p.month, p.file_id
), paid AS (
  SELECT r.account, r.currency, r.month, r.file_id, sum(c.amount) AS amount
  FROM report AS r JOIN payout AS v ON v.account = r.account AND v.currency = r.currency AND v.file_id = r.file_id AND v.version = 1
  JOIN payout_current AS c ON c.account = v.account AND c.payout_key = v.payout_key WHERE c.status = 'paid' GROUP BY r.account, r.currency, r.month, r.file_id
), change AS (
  SELECT account, currency, month, amount FROM moved
  UNION ALL
  -- where a payout is a row of the report, its lines have it
  SELECT p.account, p.currency, p.month, - p.amount FROM paid AS p LEFT JOIN moved AS m ON m.account = p.account AND m.currency = p.currency AND m.file_id = p.file_id WHERE NOT coalesce(m.has_payout, FALSE)
), changed AS (
  SELECT account, currency, month, sum(amount) AS amount FROM change GROUP BY account, currency, month
), stated AS (
  SELECT account, currency, month, max(CASE WHEN place = 1 THEN opening END) AS opening, max(CASE WHEN place_from_end = 1 THEN closing END) AS closing, sum(CASE WHEN place > 1 THEN opening - closing_before ELSE 0 END) AS gap,
    string_agg(concat(file_id, ':', row_no), ' ' ORDER BY place) AS evidence
  FROM batch GROUP BY account, currency, month
)
SELECT o.entity, s.account, s.currency, strftime(s.month, '%Y-%m') AS period, s.opening, CAST(coalesce(c.amount, 0) AS DECIMAL(18,4)) AS movement, CAST(s.opening + coalesce(c.amount, 0) AS DECIMAL(18,4)) AS closing,
  s.closing AS stated, CAST(s.opening + coalesce(c.amount, 0) - s.closing AS DECIMAL(18,4)) AS residual, CAST(s.gap AS DECIMAL(18,4)) AS gap, s.evidence
FROM stated AS s JOIN (SELECT account, min(entity) AS entity FROM map_processor_account GROUP BY account) AS o ON o.account = s.account
LEFT JOIN changed AS c ON c.account = s.account AND c.currency = s.currency AND c.month = s.month
