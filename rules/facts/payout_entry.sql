/*
title = "Entries of Odoo that book a payout"
kind = "fact"
why = "Known by their reference, which is the payout id; several external ids are several entries. What has been taken back does not count."
reads = ["payout_fact", "standing_entry"]
*/
WITH spelled AS (
  SELECT account, payout_id, entity, payout_id AS ref FROM payout_fact
  UNION
  SELECT account, payout_id, entity, concat(payout_id, ' / ', CAST(paid_on AS VARCHAR)) FROM payout_fact
)
SELECT p.account, p.payout_id, p.entity, count(*) AS entries, min(m.name) AS entry_name, min(m.odoo_id) AS odoo_id, min(m.booked_on) AS booked_on, min(m.file_id) AS file_id, min(m.row_no) AS row_no
FROM spelled AS p JOIN standing_entry AS m ON m.entity = p.entity AND m.ref = p.ref
GROUP BY p.account, p.payout_id, p.entity
