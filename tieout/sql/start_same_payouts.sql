-- How many payouts of a list are the sums of the lines of which other file, by day and amount; of a list without the numbers of its payouts this says whose it is.
WITH made AS (
  SELECT account, payout_id, currency, payout_on, sum(net) AS amount FROM look.settlement_line WHERE payout_id IS NOT NULL AND bucket <> 'payout' GROUP BY account, payout_id, currency, payout_on
)
SELECT p.account AS look, m.account AS lines_look, count(DISTINCT (p.paid_on, p.amount)) AS payouts
FROM look.payout AS p JOIN made AS m ON m.account <> p.account AND m.currency = p.currency AND m.amount = p.amount AND m.payout_on = p.paid_on
GROUP BY p.account, m.account ORDER BY look, payouts DESC, lines_look
