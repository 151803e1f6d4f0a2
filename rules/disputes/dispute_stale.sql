/*
title = "Dispute is open for months"
kind = "check"
rule = "D-09"
code = "DISPUTE_STALE"
severity = "medium"
class = "BUSINESS"
subject = "dispute"
owner = "treasury"
why = "Banks decide within months; what stays open longer was forgotten by somebody. Where evidence was never sent, that is the finding (D-03)."
suggestion = "Ask the processor for the state of the dispute."
reads = ["dispute_fact", "run_context", "rule_parameter"]
waits_for = ["dispute"]

[parameters.days]
default = "120"
meaning = "days from the beginning of a dispute after which it is told as open"
*/
SELECT d.entity, NULL AS store, d.subject_key, NULL AS expected, NULL AS actual, d.amount AS difference, d.currency, NULL AS due_on,
  concat('The dispute', coalesce(concat(' about ', d.order_name), ''), ' began on ', CAST(d.initiated_on AS VARCHAR), ' and is still ', replace(d.status, '_', ' '), '.') AS cause, concat(d.file_id, ':', d.row_no) AS evidence, NULL AS candidates
FROM dispute_fact AS d CROSS JOIN run_context AS x JOIN rule_parameter AS k ON k.rule = 'D-09' AND k.name = 'days' AND k.entity = d.entity
WHERE d.status IN ('needs_response', 'under_review') AND d.initiated_on + CAST(k.value AS INTEGER) < x.as_of
  AND NOT (d.status = 'needs_response' AND d.evidence_sent_on IS NULL AND d.evidence_due_on IS NOT NULL)
ORDER BY d.subject_key
