/*
title = "Statements do not follow each other"
kind = "check"
rule = "C-05"
code = "STATEMENT_GAP"
severity = "block"
class = "DATA"
subject = "bank_line"
owner = "treasury"
why = "A statement between the two is missing, so bank lines are."
suggestion = "Load the missing statement."
reads = ["bank_statement_current"]
*/
WITH ordered AS (
  SELECT bank_account, statement_id, currency, opening, closed_on, file_id, row_no, sequence_no,
    lag(closing) OVER (PARTITION BY bank_account, currency ORDER BY closed_on, sequence_no, statement_id) AS before
  FROM bank_statement_current WHERE state = 'closed'
)
SELECT a.entity, NULL AS store, concat(o.bank_account, '/', o.statement_id) AS subject_key, o.before AS expected, o.opening AS actual, o.opening - o.before AS difference, o.currency, NULL AS due_on,
  concat('Statement ', o.statement_id, ' opens with ', CAST(o.opening AS VARCHAR), ', the one before closed with ', CAST(o.before AS VARCHAR), '.') AS cause, concat(o.file_id, ':', o.row_no) AS evidence, NULL AS candidates
FROM ordered AS o LEFT JOIN map_bank_account AS a ON a.bank_account = o.bank_account
WHERE o.before IS NOT NULL AND o.before <> o.opening
ORDER BY subject_key
