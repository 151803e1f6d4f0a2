/*
title = "Dispute without the money that it took"
kind = "check"
rule = "D-01"
code = "DISPUTE_LINE_MISSING"
severity = "high"
class = "BUSINESS"
subject = "dispute"
owner = "treasury"
why = "A chargeback takes its amount from the balance when it begins; without a line, or with another amount, nobody can follow it to its end. An inquiry takes nothing, and what was prevented or refunded before took nothing. Lines that nothing tells apart are one finding where there are fewer than disputes. A line that took more than the sale is the finding of its order."
suggestion = "Ask the processor for the dispute's line, and for what it took."
reads = ["dispute_fact", "dispute_line", "line_fact", "watermark_fact", "business_day", "rule_parameter", "dispute_chain"]
needs = ["settlement_line"]

[parameters.business_days]
default = "5"
meaning = "business days from the beginning of a dispute to its line"
*/
WITH taken AS (
  SELECT account, dispute_id, count(*) AS lines, sum(gross) AS gross, min(currency) AS currency, min(concat(file_id, ':', row_no)) AS evidence
  FROM dispute_line WHERE bucket = 'dispute' AND dispute_id IS NOT NULL GROUP BY account, dispute_id
), reported AS (
  SELECT account, min(booked_on) AS first_on FROM line_fact GROUP BY account
), due AS (
  SELECT d.entity, d.account, d.dispute_id, d.subject_key, d.order_name, d.amount, d.currency, d.initiated_on, b1.day AS due_on, d.file_id, d.row_no,
    EXISTS (SELECT 1 FROM dispute_line AS l WHERE l.account = d.account AND l.tied_id IS NOT NULL AND (l.tied_id = d.dispute_id OR (l.order_name = d.order_name AND abs(l.gross) = d.amount))) AS is_tied
  FROM dispute_fact AS d
  JOIN reported AS f ON f.account = d.account AND f.first_on <= d.initiated_on
  JOIN rule_parameter AS k ON k.rule = 'D-01' AND k.name = 'business_days' AND k.entity = d.entity
  JOIN business_day AS b0 ON b0.entity = d.entity AND b0.day = d.initiated_on
  JOIN business_day AS b1 ON b1.entity = d.entity AND b1.is_business AND b1.ordinal = b0.ordinal + CAST(k.value AS INTEGER)
  JOIN watermark_fact AS w ON w.source = 'settlement_line' AND w.owner_key = d.account AND b1.day <= w.complete_until
  WHERE d.dispute_type <> 'inquiry' AND d.status NOT IN ('prevented', 'charge_refunded') AND d.amount <> 0
), tie AS (
  SELECT d.account, d.order_name, d.amount, min(d.subject_key) AS subject_key, count(*) AS disputes
  FROM due AS d WHERE d.is_tied GROUP BY d.account, d.order_name, d.amount
), counted AS (
  SELECT t.account, t.order_name, t.amount, t.subject_key, t.disputes, count(l.line_id) AS lines
  FROM tie AS t LEFT JOIN dispute_line AS l ON l.account = t.account AND l.order_name = t.order_name AND l.gross = - t.amount AND l.bucket = 'dispute' AND l.tied_id IS NOT NULL
  GROUP BY t.account, t.order_name, t.amount, t.subject_key, t.disputes
)
SELECT d.entity, NULL AS store, d.subject_key, - d.amount AS expected, coalesce(t.gross, 0) AS actual, - d.amount - coalesce(t.gross, 0) AS difference, d.currency, NULL AS due_on,
  CASE WHEN c.subject_key IS NOT NULL THEN concat(CAST(c.disputes AS VARCHAR), ' disputes about ', c.order_name, ' of ', CAST(d.amount AS VARCHAR), ' have ', CAST(c.lines AS VARCHAR), ' lines, and nothing tells them apart.')
       WHEN t.lines IS NULL THEN concat('The dispute', coalesce(concat(' about ', d.order_name), ''), ' began on ', CAST(d.initiated_on AS VARCHAR), '; no line of ', d.account, ' takes its amount.')
       ELSE concat('The dispute', coalesce(concat(' about ', d.order_name), ''), ' is about ', CAST(d.amount AS VARCHAR), ', its line took ', CAST(- t.gross AS VARCHAR), '.') END AS cause,
  concat_ws(' ', concat(d.file_id, ':', d.row_no), t.evidence) AS evidence, NULL AS candidates
FROM due AS d
LEFT JOIN taken AS t ON t.account = d.account AND t.dispute_id = d.dispute_id
LEFT JOIN counted AS c ON c.subject_key = d.subject_key AND c.lines < c.disputes
WHERE CASE WHEN d.is_tied THEN c.subject_key IS NOT NULL ELSE t.lines IS NULL OR (t.lines = 1 AND t.currency = d.currency AND t.gross < 0 AND t.gross <> - d.amount
  AND NOT EXISTS (SELECT 1 FROM dispute_chain AS h WHERE h.account = d.account AND h.order_name = d.order_name)) END
ORDER BY d.subject_key
