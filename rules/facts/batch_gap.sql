/*
title = "Where the batches of a processor do not follow each other"
kind = "fact"
why = "A batch whose number is not the next, or that does not open with what the one before closed with; and the days between the two, of which nothing is known."
reads = ["settlement_batch_current"]
*/
WITH ordered AS (
  SELECT b.account, b.batch_id, b.currency, b.sequence_no, b.opening, b.opened_on, b.closed_on, b.file_id, b.row_no,
    lag(b.sequence_no) OVER (PARTITION BY b.account, b.currency ORDER BY b.closed_on, b.sequence_no, b.batch_key) AS number_before,
    lag(b.closing) OVER (PARTITION BY b.account, b.currency ORDER BY b.closed_on, b.sequence_no, b.batch_key) AS closing_before,
    lag(b.closed_on) OVER (PARTITION BY b.account, b.currency ORDER BY b.closed_on, b.sequence_no, b.batch_key) AS day_before
  FROM settlement_batch_current AS b
)
SELECT account, batch_id, currency, sequence_no, number_before, opening, closing_before, day_before + 1 AS missing_from, coalesce(opened_on, closed_on) - 1 AS missing_until, closed_on, file_id, row_no
FROM ordered WHERE sequence_no - number_before > 1 OR opening <> closing_before
