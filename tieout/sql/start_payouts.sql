-- The currencies in which each processor's file has payouts that bring or take money.
SELECT account AS look, currency, count(*) AS payouts FROM look.payout WHERE amount <> 0 GROUP BY account, currency
UNION
SELECT account, currency, count(DISTINCT payout_id) FROM look.settlement_line WHERE payout_id IS NOT NULL AND account NOT IN (SELECT account FROM look.payout) GROUP BY account, currency
ORDER BY look, currency
