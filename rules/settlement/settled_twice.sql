/*
title = "One capture was settled twice"
kind = "check"
rule = "S-05"
code = "SETTLED_TWICE"
severity = "block"
class = "BUSINESS"
subject = "order_transaction"
owner = "treasury"
why = "The processor will take the second payment back, or the customer was charged twice. A line that a later report writes with another fee is one line that changed; where the payout paid it once, its report has one row too many, and the payout is the finding."
suggestion = "Ask the processor; refund the customer if charged twice."
reads = ["line_fact", "match_settlement_line", "tender", "watermark_fact", "line_changed", "payout_fact"]
needs = ["order_transaction", "settlement_line"]
*/
WITH further AS (
  SELECT l.account, l.entity, l.store, l.order_name, l.line_id, l.gross, l.net, l.currency, l.payout_id, l.booked_on, l.file_id, l.row_no
  FROM line_fact AS l
  WHERE l.bucket = 'sale' AND l.gross > 0 AND l.order_name IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM match_settlement_line AS m WHERE m.account = l.account AND m.line_id = l.line_id)
    AND NOT EXISTS (SELECT 1 FROM line_changed AS c WHERE c.account = l.account AND c.line_id = l.line_id AND c.before_id IS NOT NULL)
    AND NOT EXISTS (SELECT 1 FROM line_changed AS c WHERE c.account = l.account AND c.before_id = l.line_id)
), surplus AS (
  -- the payout paid each of them once: its report has them twice, and the payout is the finding
  SELECT p.account, p.payout_id
  FROM payout_fact AS p
  JOIN (
    SELECT f.account, f.payout_id, sum(f.net) AS net
    FROM further AS f
    WHERE EXISTS (SELECT 1 FROM match_settlement_line AS m WHERE m.account = f.account AND m.store = f.store AND m.order_name = f.order_name AND m.side = 'sale' AND m.right_amount = f.gross)
    GROUP BY f.account, f.payout_id
  ) AS s ON s.account = p.account AND s.payout_id = p.payout_id
  WHERE s.net <> 0 AND p.payout_amount = p.lines_net - s.net AND p.foreign_lines = 0 AND p.status = 'paid'
), extra AS (
  SELECT l.account, l.entity, l.store, l.order_name, l.gross, l.currency, count(*) AS lines, max(l.booked_on) AS booked_on, min(l.file_id) AS file_id, string_agg(concat(l.file_id, ':', l.row_no), ' ' ORDER BY l.line_id) AS evidence
  FROM further AS l
  WHERE NOT EXISTS (SELECT 1 FROM surplus AS s WHERE s.account = l.account AND s.payout_id = l.payout_id)
  GROUP BY l.account, l.entity, l.store, l.order_name, l.gross, l.currency
), first_match AS (
  SELECT m.account, m.store, m.order_name, m.right_amount, min(m.ordinal) AS ordinal
  FROM match_settlement_line AS m WHERE m.side = 'sale' GROUP BY m.account, m.store, m.order_name, m.right_amount
)
SELECT x.entity, x.store, t.subject_key, x.gross AS expected, x.gross * (1 + x.lines) AS actual, x.gross * x.lines AS difference, x.currency, NULL AS due_on,
  concat('The capture of ', CAST(x.gross AS VARCHAR), ' has ', 1 + x.lines, ' settlement lines.') AS cause, concat(t.file_id, ':', t.row_no, ' ', x.evidence) AS evidence, NULL AS candidates
FROM extra AS x
JOIN first_match AS f ON f.account = x.account AND f.store = x.store AND f.order_name = x.order_name AND f.right_amount = x.gross
JOIN tender AS t ON t.store = x.store AND t.order_name = x.order_name AND t.ordinal = f.ordinal
JOIN watermark_fact AS w ON w.source = 'order_transaction' AND w.owner_key = x.store AND x.booked_on <= w.complete_until
ORDER BY t.subject_key
