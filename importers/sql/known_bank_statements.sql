-- Statements of an account that speak of the days of another one, and those that carry the lines at hand.
SELECT s.statement_id, s.sequence_no, s.opening, s.closing, s.closed_on, s.entries
FROM bank_statement_current AS s
WHERE s.bank_account = $bank_account AND s.currency = $currency AND s.state <> 'copy'
  AND (s.closed_on >= CAST($first_day AS DATE) AND coalesce(s.opened_on, s.closed_on) <= CAST($last_day AS DATE)
    OR s.statement_id IN (SELECT unnest(CAST($names AS VARCHAR[]))))
ORDER BY s.statement_id
