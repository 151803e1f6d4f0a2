/*
title = "Every dispute and inquiry in its present state"
kind = "fact"
why = "A dispute without a type is a chargeback; its entity is the one that had the account on the day it began."
reads = ["dispute_current", "map_processor_account", "run_context"]
*/
SELECT p.entity, d.account, p.bank_account, d.dispute_id, concat(d.account, '/', d.dispute_id) AS subject_key, d.order_name, coalesce(d.dispute_type, 'chargeback') AS dispute_type, d.status, d.amount, d.currency,
  CAST(d.initiated_at AS DATE) AS initiated_on, d.evidence_due_on, d.evidence_sent_on, d.finalized_on, d.file_id, d.row_no
FROM dispute_current AS d CROSS JOIN run_context AS x
JOIN map_processor_account AS p ON p.account = d.account AND coalesce(CAST(d.initiated_at AS DATE), d.finalized_on, x.as_of) BETWEEN p.valid_from AND p.valid_to
