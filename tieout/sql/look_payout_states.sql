-- Payouts, the proven ones first, with the latest of each state first.
SELECT account, payout_id, paid_on, state, why FROM payout_proof ORDER BY CASE state WHEN 'proven' THEN 0 WHEN 'in_transit' THEN 1 ELSE 2 END, paid_on DESC, account, payout_id
