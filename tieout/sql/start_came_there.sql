-- How many payouts of which currency came, as a line of the same amount within a week, into a bank's file that names no currency.
SELECT b.bank_account AS look, p.currency, count(DISTINCT (p.account, p.payout_id)) AS payouts
FROM look.came AS p JOIN look.bank_line AS b ON b.amount = p.amount AND b.booked_on BETWEEN p.paid_on - 2 AND p.paid_on + 7
WHERE b.currency = $unsaid GROUP BY b.bank_account, p.currency ORDER BY look, payouts DESC, p.currency
