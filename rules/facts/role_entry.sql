/*
title = "What Odoo booked on the accounts for payouts in transit and disputed funds"
kind = "fact"
why = "An item belongs to the payout whose id its reference is, or whose entry it is part of; what takes an entry back belongs where that belongs. A reference that payouts of two accounts share names none. An item of none may be a receipt, a loss, or somebody else's."
reads = ["role_scope", "payout_ref", "payout_entry", "odoo_move_current", "odoo_journal_item_current"]
*/
WITH scope AS (
  SELECT DISTINCT entity, role, odoo_account, begins_on, as_of FROM role_scope
), item AS (
  SELECT s.entity, s.role, s.odoo_account, i.odoo_id, coalesce(m.reversed_id, i.move_odoo_id) AS root_id, concat(i.company, '/', i.move_name) AS document, coalesce(x.ref, i.ref, m.ref) AS ref, m.reversed_id IS NOT NULL OR coalesce(i.ref LIKE '% reversed' OR i.ref LIKE '% failed' OR i.ref LIKE '% moved', FALSE) AS is_back,
    i.booked_on, i.debit - i.credit AS amount, concat(i.file_id, ':', i.row_no) AS evidence
  FROM scope AS s JOIN odoo_journal_item_current AS i ON i.entity = s.entity AND i.account_code = s.odoo_account AND i.parent_state = 'posted' AND i.booked_on BETWEEN s.begins_on AND s.as_of AND i.debit <> i.credit
  LEFT JOIN odoo_move_current AS m ON m.entity = i.entity AND m.odoo_id = i.move_odoo_id
  LEFT JOIN odoo_move_current AS x ON x.entity = m.entity AND x.odoo_id = m.reversed_id
), named AS (
  SELECT r.entity, r.role, r.odoo_account, p.ref, min(p.account) AS account, min(p.payout_id) AS payout_id FROM role_scope AS r JOIN payout_ref AS p ON p.account = r.account GROUP BY r.entity, r.role, r.odoo_account, p.ref HAVING min(p.account) = max(p.account) AND min(p.payout_id) = max(p.payout_id)
), entered AS (
  SELECT r.entity, r.role, r.odoo_account, e.odoo_id, min(e.account) AS account, min(e.payout_id) AS payout_id FROM role_scope AS r JOIN payout_entry AS e ON e.account = r.account AND e.entity = r.entity GROUP BY r.entity, r.role, r.odoo_account, e.odoo_id HAVING min(e.account) = max(e.account) AND min(e.payout_id) = max(e.payout_id)
)
SELECT i.entity, i.role, i.odoo_account, i.odoo_id, i.root_id, i.document, i.ref, i.is_back, i.booked_on, i.amount, coalesce(n.account, e.account) AS account, coalesce(n.payout_id, e.payout_id) AS payout_id, i.evidence
FROM item AS i LEFT JOIN named AS n ON n.entity = i.entity AND n.role = i.role AND n.odoo_account = i.odoo_account AND n.ref = i.ref
LEFT JOIN entered AS e ON e.entity = i.entity AND e.role = i.role AND e.odoo_account = i.odoo_account AND e.odoo_id = i.root_id
