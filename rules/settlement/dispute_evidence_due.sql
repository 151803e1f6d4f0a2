/*
title = "Evidence of a dispute is due"
kind = "check"
rule = "D-03"
code = "DISPUTE_EVIDENCE_DUE"
severity = "medium"
class = "BUSINESS"
subject = "dispute"
owner = "store-operations"
why = "A dispute that nobody answers in time is lost."
suggestion = "Send the evidence to the processor, or accept the dispute there."
reads = ["dispute_current", "map_processor_account", "business_day", "run_context", "rule_parameter"]

[parameters.business_days]
default = "3"
meaning = "business days before the processor's last day from which unsent evidence is due"
*/
SELECT p.entity, NULL AS store, concat(d.account, '/', d.dispute_id) AS subject_key, NULL AS expected, NULL AS actual, d.amount AS difference, d.currency, NULL AS due_on,
  concat('The dispute', coalesce(concat(' about ', d.order_name), ''), ' waits for evidence, last day ', CAST(d.evidence_due_on AS VARCHAR), '.') AS cause, concat(d.file_id, ':', d.row_no) AS evidence, NULL AS candidates
FROM dispute_current AS d
CROSS JOIN run_context AS x
JOIN map_processor_account AS p ON p.account = d.account AND x.as_of BETWEEN p.valid_from AND p.valid_to
JOIN rule_parameter AS k ON k.rule = 'D-03' AND k.name = 'business_days' AND k.entity = p.entity
JOIN business_day AS t ON t.entity = p.entity AND t.day = x.as_of
LEFT JOIN business_day AS u ON u.entity = p.entity AND u.day = d.evidence_due_on
WHERE d.status = 'needs_response' AND d.evidence_sent_on IS NULL AND (d.evidence_due_on < x.as_of OR u.ordinal - t.ordinal <= CAST(k.value AS INTEGER))
ORDER BY subject_key
