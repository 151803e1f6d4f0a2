/*
title = "Terminal's payments are not those that its processor settles"
kind = "check"
rule = "M-02"
code = "TERMINAL_BATCH_DIFF"
severity = "medium"
class = "BUSINESS"
subject = "pos_closing"
owner = "treasury"
why = "What the closings of a day took through a terminal, and the processor's sales and refunds since the closings before. A difference that the day before or after makes good was a payment beside a closing, and is none. The first day of an account is not judged: where it begins is not known."
suggestion = "Compare the terminal's own list of the day with the register's receipts; look for a payment that was keyed in otherwise, cancelled on one side, or belongs to a closing that was not delivered."
reads = ["till_payment", "settlement_line_current", "watermark_fact", "rule_parameter"]
waits_for = ["settlement_line"]
against = ["pos_closing_payment_current", "settlement_line_current"]
pack = "tills"

[parameters.days]
default = "2"
meaning = "days after the closing by which the processor shows the payments"
*/
WITH batch AS (
  SELECT entity, account, currency, booked_on AS day, min(store) AS store, sum(amount) AS amount, max(closed_at) AS closed_at, string_agg(concat(file_id, ':', row_no), ' ' ORDER BY file_id, row_no) AS evidence
  FROM till_payment GROUP BY entity, account, currency, booked_on
), span AS (
  SELECT entity, account, currency, day, store, amount, closed_at, evidence, lag(day) OVER w AS day_before, lag(closed_at) OVER w AS closed_before, lead(day) OVER w AS day_after
  FROM batch WINDOW w AS (PARTITION BY account, currency ORDER BY day)
), settled AS (
  -- by the moment where the report has one, else by its day
  SELECT b.account, b.currency, b.day, sum(l.gross) AS amount, count(*) AS lines
  FROM span AS b JOIN settlement_line_current AS l ON l.account = b.account AND l.currency = b.currency AND l.bucket IN ('sale', 'refund') AND l.booked_on BETWEEN b.day_before AND b.day + 2
  WHERE CASE WHEN l.occurred_at IS NULL OR b.closed_at IS NULL OR b.closed_before IS NULL THEN l.booked_on = b.day ELSE l.occurred_at > b.closed_before AND l.occurred_at <= b.closed_at END
  GROUP BY b.account, b.currency, b.day
), delta AS (
  SELECT b.entity, b.account, b.currency, b.day, b.store, b.amount, coalesce(s.amount, 0) AS settled, coalesce(s.lines, 0) AS lines, b.amount - coalesce(s.amount, 0) AS difference, b.day_after, b.evidence
  FROM span AS b LEFT JOIN settled AS s ON s.account = b.account AND s.currency = b.currency AND s.day = b.day
  WHERE b.day_before IS NOT NULL
), beside AS (
  SELECT entity, account, currency, day, store, amount, settled, lines, difference, day_after, evidence,
    coalesce(lag(difference) OVER w, 0) AS difference_before, coalesce(lead(difference) OVER w, 0) AS difference_after
  FROM delta WINDOW w AS (PARTITION BY account, currency ORDER BY day)
)
SELECT d.entity, d.store, concat(d.account, '/', CAST(d.day AS VARCHAR)) AS subject_key, d.amount AS expected, d.settled AS actual, d.difference, d.currency, NULL AS due_on,
  concat('The closings of ', CAST(d.day AS VARCHAR), ' took ', CAST(d.amount AS VARCHAR), ' ', d.currency, ' through the terminals of ', d.account, '; ', CASE WHEN d.lines = 0 THEN 'the processor has no payment of theirs.' ELSE concat('the processor has ', CAST(d.settled AS VARCHAR), ' in ', d.lines, CASE WHEN d.lines = 1 THEN ' line.' ELSE ' lines.' END) END) AS cause,
  d.evidence, NULL AS candidates
FROM beside AS d
JOIN rule_parameter AS k ON k.rule = 'M-02' AND k.name = 'days' AND k.entity = d.entity
JOIN watermark_fact AS w ON w.source = 'settlement_line' AND w.owner_key = d.account AND d.day + CAST(k.value AS INTEGER) <= w.complete_until
WHERE d.difference <> 0 AND d.day_after IS NOT NULL AND d.difference + d.difference_before <> 0 AND d.difference + d.difference_after <> 0 AND d.difference + d.difference_before + d.difference_after <> 0
ORDER BY subject_key
