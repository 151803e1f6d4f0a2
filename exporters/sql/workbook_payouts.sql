-- Payouts by account and state, and their sum per currency.
SELECT CASE WHEN grouping(account) = 1 THEN 'total' ELSE account END, currency,
  count(*) FILTER (WHERE state = 'proven'), count(*) FILTER (WHERE state = 'in_transit'), count(*) FILTER (WHERE state = 'broken'), count(*) FILTER (WHERE state = 'returned'), count(*) FILTER (WHERE state = 'unlooked'),
  coalesce(sum(coalesce(payout_amount, lines_net)) FILTER (WHERE state = 'proven'), 0), coalesce(sum(coalesce(payout_amount, lines_net)) FILTER (WHERE state = 'in_transit'), 0),
  coalesce(sum(coalesce(payout_amount, lines_net)) FILTER (WHERE state = 'broken'), 0),
  coalesce(sum(coalesce(payout_amount, lines_net)) FILTER (WHERE state = 'returned'), 0),
  coalesce(sum(coalesce(payout_amount, lines_net)) FILTER (WHERE state = 'unlooked'), 0)
FROM payout_proof GROUP BY GROUPING SETS ((account, currency), (currency)) ORDER BY grouping(account), account, currency
