/*
title = "Batches of a processor do not follow each other"
kind = "check"
rule = "C-05"
code = "STATEMENT_GAP"
severity = "block"
class = "DATA"
subject = "payout"
owner = "treasury"
why = "A report between the two is missing, so settlement lines are. Where the report was refused, that is the finding."
suggestion = "Load the missing report of the processor."
reads = ["batch_gap", "map_processor_account"]
waits_for = ["settlement_line"]
against = ["settlement_batch_current"]
*/
SELECT p.entity, NULL AS store, concat(o.account, '/', o.batch_id) AS subject_key, o.closing_before AS expected, o.opening AS actual,
  coalesce(o.opening - o.closing_before, 0) AS difference, o.currency, NULL AS due_on,
  CASE WHEN o.sequence_no - o.number_before > 1 THEN concat('Batch ', o.batch_id, ' has the number ', CAST(o.sequence_no AS VARCHAR), ', the one before it ', CAST(o.number_before AS VARCHAR), '.')
    ELSE concat('Batch ', o.batch_id, ' opens with ', CAST(o.opening AS VARCHAR), ', the one before it closed with ', CAST(o.closing_before AS VARCHAR), '.') END AS cause,
  concat(o.file_id, ':', o.row_no) AS evidence, NULL AS candidates
FROM batch_gap AS o LEFT JOIN map_processor_account AS p ON p.account = o.account AND o.closed_on BETWEEN p.valid_from AND p.valid_to
ORDER BY subject_key
