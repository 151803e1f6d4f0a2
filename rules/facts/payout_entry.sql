/*
title = "Entries of Odoo that book a payout"
kind = "fact"
why = "Known by their reference, which is the payout id; several external ids are several entries."
reads = ["payout_fact", "odoo_move_current"]
*/
SELECT p.account, p.payout_id, p.entity, count(*) AS entries, min(m.name) AS entry_name, min(m.odoo_id) AS odoo_id, min(m.booked_on) AS booked_on, min(m.file_id) AS file_id, min(m.row_no) AS row_no
FROM payout_fact AS p
JOIN odoo_move_current AS m ON m.entity = p.entity AND m.state = 'posted' AND m.move_type = 'entry' AND (m.ref = p.payout_id OR m.ref = concat(p.payout_id, ' / ', CAST(p.paid_on AS VARCHAR)))
GROUP BY p.account, p.payout_id, p.entity
