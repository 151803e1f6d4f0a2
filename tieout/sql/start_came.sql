-- What processors' files say that they paid, by payout; of a file that has no list of payouts the sums of its lines.
CREATE TABLE look.came AS
SELECT account, payout_id, amount, currency, paid_on FROM look.payout WHERE amount > 0
UNION
SELECT account, payout_id, sum(net), currency, max(payout_on) FROM look.settlement_line WHERE payout_id IS NOT NULL AND bucket <> 'payout' GROUP BY account, payout_id, currency HAVING sum(net) > 0
