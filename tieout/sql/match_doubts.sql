-- What speaks against a payout and a bank line that a person joins: the payouts that the line names, where this one is not among them, and both amounts.
SELECT d.amount, b.amount AS bank_amount, d.currency, d.open_on IS NULL AND d.from_on > b.booked_on AS is_early, b.booked_on,
  CASE WHEN NOT coalesce(bool_or(n.account = d.account AND n.payout_id = d.payout_id), FALSE) THEN string_agg(concat(n.account, '/', n.payout_id), ', ' ORDER BY n.account, n.payout_id) FILTER (WHERE n.payout_id IS NOT NULL) END AS others
FROM fact.payout_due AS d
JOIN bank_line_current AS b ON concat(b.bank_account, '/', b.bank_reference) = $right
LEFT JOIN fact.bank_name AS n ON n.strength <= 2 AND n.bank_account = b.bank_account AND n.bank_key = b.bank_reference
WHERE concat(d.account, '/', d.payout_id) = $left
GROUP BY d.account, d.payout_id, d.amount, b.amount, d.currency, d.open_on, d.from_on, b.booked_on
