-- How many payouts of each processor's file came as a bank line of the same amount within a week, by the bank's file.
SELECT p.account AS look, b.bank_account AS bank_look, count(*) AS payouts
FROM (SELECT DISTINCT account, amount, currency, paid_on FROM look.came) AS p JOIN look.bank_line AS b ON b.amount = p.amount AND b.currency = p.currency AND b.booked_on BETWEEN p.paid_on - 2 AND p.paid_on + 7
GROUP BY p.account, b.bank_account ORDER BY look, payouts DESC, bank_look
