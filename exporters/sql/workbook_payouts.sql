-- Payouts by account and state.
SELECT account, currency, count(*) FILTER (WHERE state = 'proven'), count(*) FILTER (WHERE state = 'in_transit'), count(*) FILTER (WHERE state = 'broken'), coalesce(sum(coalesce(payout_amount, lines_net)) FILTER (WHERE state = 'proven'), 0), coalesce(sum(coalesce(payout_amount, lines_net)) FILTER (WHERE state = 'in_transit'), 0), coalesce(sum(coalesce(payout_amount, lines_net)) FILTER (WHERE state = 'broken'), 0)
FROM payout_proof GROUP BY account, currency ORDER BY account, currency
