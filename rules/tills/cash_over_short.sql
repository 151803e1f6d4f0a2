/*
title = "Counted cash of a till is not what the till should hold"
kind = "check"
rule = "M-03"
code = "CASH_OVER_SHORT"
severity = "medium"
class = "BUSINESS"
subject = "pos_closing"
owner = "store-operations"
why = "A closing states the difference between counted and expected cash as a business case of its own (DifferenzSollIst). What the limit lets pass is no finding; what is missing is negative."
suggestion = "Count again and look through the receipts of the day; book the difference under a name."
reads = ["pack_on", "pos_closing_case_current", "pos_closing_current", "map_store", "allowance"]
against = ["pos_closing_case_current"]
pack = "tills"

[parameters.absolute]
default = "0"
meaning = "difference of cash in one closing that is let pass"
*/
WITH counted AS (
  SELECT store, register_id, closing_no, sum(gross) AS amount, string_agg(concat(file_id, ':', row_no), ' ' ORDER BY file_id, row_no) AS evidence
  FROM pos_closing_case_current WHERE lower(case_type) = 'differenzsollist' GROUP BY store, register_id, closing_no
)
SELECT s.entity, z.store, concat(z.store, '/', z.register_id, '/', z.closing_no) AS subject_key, CAST(0 AS DECIMAL(18,4)) AS expected, d.amount AS actual, d.amount AS difference, z.currency, NULL AS due_on,
  concat('Closing ', z.closing_no, ' of register ', z.register_id, ' on ', CAST(z.booked_on AS VARCHAR), ' has ', CAST(abs(d.amount) AS VARCHAR), ' ', z.currency, CASE WHEN d.amount < 0 THEN ' less' ELSE ' more' END, ' in cash than it should.') AS cause,
  concat(z.file_id, ':', z.row_no, ' ', d.evidence) AS evidence, NULL AS candidates
FROM counted AS d
JOIN pos_closing_current AS z ON z.store = d.store AND z.register_id = d.register_id AND z.closing_no = d.closing_no
JOIN map_store AS s ON s.store = z.store AND z.booked_on BETWEEN s.valid_from AND s.valid_to
JOIN pack_on AS o ON o.entity = s.entity AND o.pack = 'tills' AND z.booked_on >= o.since
JOIN allowance AS w ON w.rule = 'M-03' AND w.name = 'absolute' AND w.entity = s.entity AND w.currency = z.currency
WHERE abs(d.amount) > w.amount
ORDER BY subject_key
