/*
title = "Bank lines that are not their payout's amount"
kind = "fact"
why = "What is missing on a pair, beyond the bank charge that is agreed. It is a charge where it is small as a part of the payout and as an amount, and the bank booked less; more than the payout, the other way round, in another currency, or with much of it missing it is none. What lines that were changed after they were paid make of a payout is their finding; where the bank has what the lines sum to, that the list says otherwise is one."
reads = ["match_bank_line", "bank_line_current", "payout_due", "payout_fact", "payout_changed", "allowance", "rule_parameter"]
*/
SELECT m.entity, m.account, m.payout_id, m.left_key, m.right_key, m.left_amount, m.right_amount, m.difference, m.currency, b.currency AS bank_currency, m.shape, m.booked_on, d.amount AS payout_amount, m.file_id, m.row_no,
  coalesce(b.currency = m.currency AND m.difference > 0 AND m.difference <= c.amount AND CAST(m.difference AS DECIMAL(28,4)) <= abs(d.amount) * CAST(s.value AS DECIMAL(9,4)), FALSE) AS is_charge
FROM match_bank_line AS m
JOIN bank_line_current AS b ON b.bank_account = m.bank_account AND b.bank_reference = m.bank_key
JOIN payout_due AS d ON d.account = m.account AND d.payout_id = m.payout_id
LEFT JOIN allowance AS k ON k.rule = 'Y-07' AND k.name = 'charge' AND k.entity = m.entity AND k.currency = m.currency
LEFT JOIN allowance AS c ON c.rule = 'Y-07' AND c.name = 'cap' AND c.entity = m.entity AND c.currency = m.currency
LEFT JOIN rule_parameter AS s ON s.rule = 'Y-07' AND s.name = 'share' AND s.entity = m.entity
WHERE (b.currency <> m.currency OR m.difference < 0 OR m.difference > coalesce(k.amount, 0))
  AND NOT EXISTS (SELECT 1 FROM payout_changed AS x WHERE x.account = m.account AND x.payout_id = m.payout_id AND x.change = m.difference AND b.currency = m.currency)
  AND NOT EXISTS (
    SELECT 1 FROM payout_fact AS f WHERE f.account = m.account AND f.payout_id = m.payout_id AND f.lines > 0 AND f.foreign_lines = 0 AND f.payout_amount - f.lines_net = m.difference AND b.currency = m.currency)
