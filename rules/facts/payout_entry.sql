/*
title = "Entries of Odoo that book a payout"
kind = "fact"
why = "Known by their reference, which is the payout id; several external ids are several entries. What has been taken back does not count, nor does what takes a failed payout off payouts in transit again under its own number: `returns` counts those. Else one entry of its days that moves the amounts of the payout on clearing and on payouts in transit, where it is the only one and names no other payout; a payout that was listed without an id and without lines has the second of them only."
reads = ["payout_fact", "standing_entry", "map_account", "odoo_journal_item_current", "payout_account"]
*/
WITH spelled AS (
  SELECT account, payout_id, entity, payout_id AS ref FROM payout_fact
  UNION
  SELECT account, payout_id, entity, concat(payout_id, ' / ', CAST(paid_on AS VARCHAR)) FROM payout_fact
), returned AS (
  SELECT DISTINCT p.account, p.payout_id, m.odoo_id
  FROM payout_fact AS p
  JOIN map_account AS a ON a.entity = p.entity AND a.role = 'payouts_in_transit' AND (a.qualifier = p.account OR a.qualifier = p.currency OR a.qualifier IS NULL) AND p.paid_on BETWEEN a.valid_from AND a.valid_to
  JOIN standing_entry AS m ON m.entity = p.entity AND m.ref = p.payout_id
  JOIN odoo_journal_item_current AS i ON i.entity = m.entity AND i.move_odoo_id = m.odoo_id AND i.account_code = a.odoo_account AND i.parent_state = 'posted' AND i.credit - i.debit = p.payout_amount
  WHERE p.status IN ('failed', 'canceled') AND p.payout_amount <> 0
), nameless AS (
  SELECT p.account, p.payout_id, p.entity, m.odoo_id, m.name, m.booked_on, m.file_id, m.row_no,
    count(*) OVER (PARTITION BY p.account, p.payout_id) AS left_ways, count(*) OVER (PARTITION BY p.entity, m.odoo_id) AS right_ways
  FROM payout_fact AS p
  JOIN map_account AS a ON a.entity = p.entity AND a.role = 'payouts_in_transit' AND (a.qualifier = p.account OR a.qualifier = p.currency OR a.qualifier IS NULL) AND p.paid_on BETWEEN a.valid_from AND a.valid_to
  JOIN odoo_journal_item_current AS i ON i.entity = p.entity AND i.account_code = a.odoo_account AND i.parent_state = 'posted' AND i.debit - i.credit = p.payout_amount AND i.booked_on BETWEEN p.paid_on - 3 AND p.paid_on + 3
  JOIN standing_entry AS m ON m.entity = i.entity AND m.odoo_id = i.move_odoo_id
  LEFT JOIN (SELECT account, payout_id, odoo_account, sum(amount) AS amount FROM payout_account WHERE role = 'clearing' GROUP BY account, payout_id, odoo_account) AS c ON c.account = p.account AND c.payout_id = p.payout_id
  LEFT JOIN odoo_journal_item_current AS j ON j.entity = i.entity AND j.move_odoo_id = i.move_odoo_id AND j.account_code = c.odoo_account AND j.debit - j.credit = c.amount
  WHERE p.status = 'paid' AND p.payout_amount <> 0 AND (j.odoo_id IS NOT NULL OR (p.lines = 0 AND p.payout_id = p.payout_key))
    AND NOT EXISTS (SELECT 1 FROM spelled AS s WHERE s.entity = m.entity AND s.ref = m.ref)
    AND NOT EXISTS (SELECT 1 FROM spelled AS s JOIN standing_entry AS e ON e.entity = s.entity AND e.ref = s.ref WHERE s.account = p.account AND s.payout_id = p.payout_id)
)
SELECT p.account, p.payout_id, p.entity, count(*) AS entries, max(coalesce(r.entries, 0)) AS returns, min(m.name) AS entry_name, min(m.odoo_id) AS odoo_id, min(m.booked_on) AS booked_on, min(m.file_id) AS file_id, min(m.row_no) AS row_no
FROM spelled AS p JOIN standing_entry AS m ON m.entity = p.entity AND m.ref = p.ref
LEFT JOIN (SELECT account, payout_id, count(*) AS entries FROM returned GROUP BY account, payout_id) AS r ON r.account = p.account AND r.payout_id = p.payout_id
WHERE NOT EXISTS (SELECT 1 FROM returned AS t WHERE t.account = p.account AND t.payout_id = p.payout_id AND t.odoo_id = m.odoo_id)
GROUP BY p.account, p.payout_id, p.entity
UNION ALL
SELECT account, payout_id, entity, 1, 0, name, odoo_id, booked_on, file_id, row_no FROM nameless WHERE left_ways = 1 AND right_ways = 1
