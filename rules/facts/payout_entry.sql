/*
title = "Entries of Odoo that book a payout"
kind = "fact"
why = "Known by their reference, which is the payout id; several external ids are several entries."
reads = ["payout_fact", "odoo_move_current"]
*/
WITH named AS (
  SELECT account, payout_id, entity, payout_id AS ref FROM payout_fact
  UNION ALL
  SELECT account, payout_id, entity, concat(payout_id, ' / ', CAST(paid_on AS VARCHAR)) FROM payout_fact
)
SELECT n.account, n.payout_id, n.entity, count(*) AS entries, min(m.name) AS entry_name, min(m.odoo_id) AS odoo_id, min(m.booked_on) AS booked_on, min(m.file_id) AS file_id, min(m.row_no) AS row_no
FROM named AS n
JOIN odoo_move_current AS m ON m.entity = n.entity AND m.ref = n.ref AND m.state = 'posted' AND m.move_type = 'entry'
GROUP BY n.account, n.payout_id, n.entity
