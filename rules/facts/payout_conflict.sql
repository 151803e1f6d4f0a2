/*
title = "Failed payouts that Odoo has booked, with the bank lines that name them"
kind = "fact"
why = "The entry of a payout that failed stands and was not taken back. A bank line of its amount that names it, within ten days, is part of that and no money of nobody."
reads = ["payout_fact", "payout_entry", "odoo_move_current", "bank_line_current"]
*/
WITH conflict AS (
  SELECT p.entity, p.account, p.payout_id, p.status, p.payout_amount, p.currency, p.paid_on, p.bank_account, p.bank_reference, e.entry_name, e.file_id, e.row_no
  FROM payout_fact AS p JOIN payout_entry AS e ON e.account = p.account AND e.payout_id = p.payout_id
  WHERE p.status IN ('failed', 'canceled') AND e.returns < e.entries
    AND NOT EXISTS (SELECT 1 FROM odoo_move_current AS m WHERE m.entity = p.entity AND m.state = 'posted' AND m.ref = concat(p.payout_id, ' failed'))
)
SELECT c.entity, c.account, c.payout_id, c.status, c.payout_amount, c.currency, c.entry_name, c.file_id, c.row_no, b.bank_account, b.bank_reference AS bank_key, b.booked_on
FROM conflict AS c
LEFT JOIN bank_line_current AS b ON b.bank_account = c.bank_account AND b.amount = c.payout_amount AND b.currency = c.currency AND b.booked_on BETWEEN c.paid_on AND c.paid_on + 10
  AND b.standing = 'booked' AND contains(upper(concat_ws(' ', b.end_to_end, b.descriptor)), upper(c.bank_reference))
