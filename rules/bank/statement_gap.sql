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
reads = ["bank_gap", "map_bank_account"]
waits_for = ["bank_line"]
against = ["bank_statement_current"]
*/
SELECT a.entity, NULL AS store, concat(g.bank_account, '/', g.statement_id) AS subject_key, g.before AS expected, g.opening AS actual, g.opening - g.before AS difference, g.currency, NULL AS due_on,
  CASE WHEN g.by_balance THEN concat('Statement ', g.statement_id, ' opens with ', CAST(g.opening AS VARCHAR), ', the one before closed with ', CAST(g.before AS VARCHAR), '.')
    ELSE concat('Statement ', g.statement_id, ' has the number ', CAST(g.sequence_no AS VARCHAR), ', the one before ', CAST(g.number_before AS VARCHAR), '.') END AS cause,
  concat(g.file_id, ':', g.row_no) AS evidence, NULL AS candidates
FROM bank_gap AS g
LEFT JOIN map_bank_account AS a ON a.bank_account = g.bank_account AND g.closed_on BETWEEN a.valid_from AND a.valid_to
WHERE NOT g.takes_back
ORDER BY subject_key
