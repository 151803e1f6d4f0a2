-- What the proposal changes: each line a thing with its state before and after; an exception that vanishes would be `review` or `gone`.
WITH exception_after AS (
  SELECT exception_id, code, subject_key, state, difference, currency FROM ledger.main.exception WHERE state IN ('open', 'in_transit', 'review')
), lines AS (
  SELECT CASE WHEN b.exception_id IS NULL THEN 'opens' WHEN a.exception_id IS NULL OR (a.state = 'review' AND b.state <> 'review') THEN 'closes' ELSE 'changes' END AS change,
    'exception' AS what, coalesce(a.code, b.code) AS code, coalesce(a.subject_key, b.subject_key) AS subject_key, coalesce(b.state, '') AS before, coalesce(a.state, 'gone') AS after,
    b.difference AS amount_before, a.difference AS amount_after, coalesce(a.currency, b.currency) AS currency
  FROM exception_before AS b FULL JOIN exception_after AS a ON a.exception_id = b.exception_id
  WHERE a.exception_id IS NULL OR b.exception_id IS NULL OR a.state <> b.state OR a.difference IS DISTINCT FROM b.difference
  UNION ALL
  SELECT 'changes', 'payout', '', concat(coalesce(a.account, b.account), '/', coalesce(a.payout_id, b.payout_id)), coalesce(b.state, ''), coalesce(a.state, ''), b.payout_amount, a.payout_amount,
    coalesce(a.currency, b.currency)
  FROM payout_before AS b FULL JOIN ledger.main.payout_proof AS a ON a.account = b.account AND a.payout_id = b.payout_id
  WHERE a.state IS DISTINCT FROM b.state
  UNION ALL
  SELECT 'opens', 'journal entry', e.kind, e.entry_id, '', 'prepared', CAST(NULL AS DECIMAL(18,4)), (SELECT sum(l.debit) FROM ledger.main.journal_line AS l WHERE l.entry_id = e.entry_id), e.currency
  FROM ledger.main.journal_entry AS e ANTI JOIN entry_before AS b ON b.entry_id = e.entry_id
)
SELECT change, what, code, subject_key, before, after, amount_before, amount_after, currency FROM lines ORDER BY what, change, code, subject_key
