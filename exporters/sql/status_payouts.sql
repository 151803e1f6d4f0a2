-- Payouts that are not proven, and those that the exceptions shown speak of; where there are many, broken ones stay, then those spoken of, then the largest.
WITH listed AS (
  SELECT p.*, row_number() OVER (ORDER BY CASE WHEN p.state = 'broken' THEN 0 WHEN list_contains($named, concat(p.account, '/', p.payout_id)) THEN 1 WHEN p.state = 'unlooked' THEN 2 WHEN p.state = 'returned' THEN 3 ELSE 4 END, abs(p.payout_amount) DESC NULLS LAST, p.account, p.payout_id) AS place
  FROM payout_proof AS p WHERE p.state <> 'proven' OR list_contains($named, concat(p.account, '/', p.payout_id))
)
SELECT concat(account, '/', payout_id) AS payout, state, paid_on, payout_amount, bank_amount, lines_net, residual, currency, bank_line_key, entry_ref, why FROM listed WHERE place <= $most
ORDER BY CASE state WHEN 'broken' THEN 0 WHEN 'unlooked' THEN 1 WHEN 'returned' THEN 2 WHEN 'in_transit' THEN 3 ELSE 4 END, paid_on, account, payout_id
