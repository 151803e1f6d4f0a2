-- Payouts that are not proven, and those that the exceptions shown speak of; where there are many, broken ones stay, then those spoken of, then the largest of each currency.
WITH asked AS (
  SELECT *, row_number() OVER (PARTITION BY currency ORDER BY abs(payout_amount) DESC NULLS LAST, account, payout_id) AS size
  FROM payout_proof WHERE state <> 'proven' OR list_contains($named, concat(account, '/', payout_id))
), listed AS (
  SELECT p.*, row_number() OVER (ORDER BY CASE WHEN p.state = 'broken' THEN 0 WHEN list_contains($named, concat(p.account, '/', p.payout_id)) THEN 1 WHEN p.state = 'unlooked' THEN 2 WHEN p.state = 'returned' THEN 3 ELSE 4 END, p.size, p.currency, p.account, p.payout_id) AS place
  FROM asked AS p
)
SELECT concat(account, '/', payout_id) AS payout, state, paid_on, payout_amount, bank_amount, lines_net, residual, currency, bank_line_key, entry_ref, why FROM listed WHERE place <= $most
ORDER BY CASE state WHEN 'broken' THEN 0 WHEN 'unlooked' THEN 1 WHEN 'returned' THEN 2 WHEN 'in_transit' THEN 3 ELSE 4 END, paid_on, account, payout_id
