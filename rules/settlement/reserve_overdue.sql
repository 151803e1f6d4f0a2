/*
title = "Reserve was not released in time"
kind = "check"
rule = "V-02"
code = "RESERVE_OVERDUE"
severity = "high"
class = "BUSINESS"
subject = "account_balance"
owner = "treasury"
why = "A processor gives a reserve back after the time that was agreed. The oldest holds are taken to be released first, so that what comes early for one never makes another late."
suggestion = "Ask the processor for the release, with the days of the holds."
reads = ["reserve_hold", "business_day", "rule_parameter", "watermark_fact"]
needs = ["settlement_line"]
against = ["reserve_hold"]

[parameters.days]
default = "0"
meaning = "days for which a reserve is held; 0: nobody has said it, and nothing is looked at"

[parameters.business_days]
default = "5"
meaning = "business days from the end of that time to the release"
*/
WITH released AS (
  SELECT account, currency, - sum(amount) AS amount FROM reserve_hold WHERE amount < 0 GROUP BY account, currency
), due AS (
  SELECT h.entity, h.account, h.currency, h.booked_on, h.due_on, h.amount, h.file_id, h.row_no, sum(h.amount) OVER (PARTITION BY h.account, h.currency ORDER BY h.due_on, h.file_id, h.row_no) AS so_far
  FROM reserve_hold AS h
  JOIN rule_parameter AS k ON k.rule = 'V-02' AND k.name = 'business_days' AND k.entity = h.entity
  JOIN business_day AS b0 ON b0.entity = h.entity AND b0.day = h.due_on
  JOIN business_day AS b1 ON b1.entity = h.entity AND b1.is_business AND b1.ordinal = b0.ordinal + CAST(k.value AS INTEGER)
  JOIN watermark_fact AS w ON w.source = 'settlement_line' AND w.owner_key = h.account AND b1.day <= w.complete_until
  WHERE h.amount > 0
), late AS (
  SELECT d.entity, d.account, d.currency, max(d.so_far) AS due, coalesce(max(r.amount), 0) AS released, min(d.due_on) FILTER (WHERE d.so_far > coalesce(r.amount, 0)) AS due_on, string_agg(CASE WHEN d.so_far > coalesce(r.amount, 0) THEN concat(d.file_id, ':', d.row_no) END, ' ' ORDER BY d.due_on, d.file_id, d.row_no) AS evidence
  FROM due AS d LEFT JOIN released AS r ON r.account = d.account AND r.currency = d.currency GROUP BY d.entity, d.account, d.currency
)
SELECT l.entity, NULL AS store, concat(l.entity, '/processor_reserve/', l.account, '/', l.currency) AS subject_key, CAST(l.due AS DECIMAL(18,4)) AS expected, CAST(l.released AS DECIMAL(18,4)) AS actual, CAST(l.due - l.released AS DECIMAL(18,4)) AS difference, l.currency, NULL AS due_on,
  concat('Of the reserve of ', l.account, ' ', CAST(CAST(l.due AS DECIMAL(18,4)) AS VARCHAR), ' were to come back by now, ', CAST(CAST(l.released AS DECIMAL(18,4)) AS VARCHAR), ' did; the oldest hold that did not was due on ', CAST(l.due_on AS VARCHAR), '.') AS cause,
  l.evidence, NULL AS candidates
FROM late AS l WHERE l.due > l.released
ORDER BY subject_key
