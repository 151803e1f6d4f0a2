/*
title = "Where the statements of a bank account do not follow each other"
kind = "fact"
why = "A statement that does not open with what the one before closed with, or whose number is not the next; and the days between the two, of which nothing is known. One whose opening and closing are off by the same amount makes two such places, and the second only takes the first one back."
reads = ["bank_statement_current", "file"]
*/
WITH listed AS (
  SELECT s.bank_account, s.statement_id, s.currency, s.opening, s.closing, s.opened_on, s.closed_on, s.file_id, s.row_no, s.sequence_no, s.state, f.importer,
    lag(s.sequence_no) OVER (PARTITION BY s.bank_account, s.currency, f.importer, date_part('year', s.closed_on) ORDER BY s.sequence_no, s.closed_on) AS number_before,
    lag(s.closed_on) OVER (PARTITION BY s.bank_account, s.currency, f.importer, date_part('year', s.closed_on) ORDER BY s.sequence_no, s.closed_on) AS number_day
  FROM bank_statement_current AS s
  LEFT JOIN (SELECT file_id, max(importer) AS importer FROM file GROUP BY file_id) AS f ON f.file_id = s.file_id
  WHERE s.state <> 'copy'
), numbered AS (
  -- some banks number by the day of the year: a number that goes on by one over a weekend says that statements are counted
  SELECT l.bank_account, l.statement_id, l.currency, l.opening, l.closing, l.opened_on, l.closed_on, l.file_id, l.row_no, l.sequence_no, l.state, l.number_before, l.number_day,
    l.sequence_no - l.number_before AS step, date_diff('day', l.number_day, l.closed_on) AS days,
    max(CASE WHEN l.sequence_no - l.number_before = 1 AND date_diff('day', l.number_day, l.closed_on) > 1 THEN 1 ELSE 0 END) OVER (PARTITION BY l.bank_account, l.currency, l.importer) AS counts
  FROM listed AS l
), closed AS (
  SELECT n.bank_account, n.statement_id, n.currency, n.opening, n.closing, n.opened_on, n.closed_on,
    lag(n.closing) OVER (PARTITION BY n.bank_account, n.currency ORDER BY n.closed_on, n.sequence_no, n.statement_id) AS before,
    (SELECT max(e.closed_on) FROM numbered AS e WHERE e.state = 'closed' AND e.bank_account = n.bank_account AND e.currency = n.currency AND e.closed_on < n.closed_on) AS day_before
  FROM numbered AS n WHERE n.state = 'closed'
), jump AS (
  SELECT c.bank_account, c.currency, c.statement_id, c.before, c.opening, c.opening - c.before AS difference, c.closed_on, c.day_before, c.opened_on
  FROM closed AS c
  WHERE c.before <> c.opening AND c.day_before IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM closed AS p WHERE p.bank_account = c.bank_account AND p.currency = c.currency AND p.statement_id <> c.statement_id
      AND p.closing = c.opening AND p.closed_on BETWEEN least(c.day_before, coalesce(c.opened_on, c.day_before)) AND c.closed_on)
), turned AS (
  SELECT bank_account, statement_id, before, opening, difference, day_before, opened_on, closed_on,
    lag(difference) OVER (PARTITION BY bank_account, currency ORDER BY closed_on, statement_id) AS last_difference, lag(difference, 2) OVER (PARTITION BY bank_account, currency ORDER BY closed_on, statement_id) AS first_difference
  FROM jump
)
SELECT n.bank_account, n.statement_id, n.currency, coalesce(j.before, n.opening) AS before, n.opening, n.sequence_no, n.number_before, j.statement_id IS NOT NULL AS by_balance,
  coalesce(j.difference = - j.last_difference AND coalesce(j.first_difference <> - j.last_difference, TRUE), FALSE) AS takes_back,
  coalesce(j.day_before, n.number_day) + 1 AS missing_from, coalesce(n.opened_on, n.closed_on) - 1 AS missing_until, n.closed_on, n.file_id, n.row_no
FROM numbered AS n LEFT JOIN turned AS j ON j.bank_account = n.bank_account AND j.statement_id = n.statement_id
WHERE j.statement_id IS NOT NULL OR n.number_before > 0 AND n.step > 1 AND (n.counts = 1 OR n.step <> n.days)
