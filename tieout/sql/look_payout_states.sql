-- Payouts: the proven ones whose money came first, what proves nothing but zero last, the latest of each first.
SELECT account, payout_id, paid_on, state, why, coalesce(bank_amount, 0) <> 0 AS came FROM payout_proof
ORDER BY CASE WHEN state = 'proven' AND coalesce(bank_amount, 0) <> 0 THEN 0 WHEN state = 'in_transit' THEN 1 WHEN state = 'broken' THEN 2 ELSE 3 END, paid_on DESC, account, payout_id
