-- What books it, in the currency of its company and of its entry.
SELECT m.name AS entry, 'odoo' AS system, i.account_code AS account, i.debit, i.credit, n.currency
FROM payout_entry AS e
JOIN odoo_move_current AS m ON m.entity = e.entity AND m.state = 'posted' AND m.ref = e.payout_id
JOIN odoo_journal_item_current AS i ON i.entity = m.entity AND i.move_odoo_id = m.odoo_id
LEFT JOIN (SELECT entity, max(base_currency) AS currency FROM map_entity GROUP BY entity) AS n ON n.entity = e.entity
WHERE e.account = $account AND e.payout_id = $payout
UNION ALL
SELECT l.entry_id, 'tieout', l.odoo_account, l.debit, l.credit, l.currency
FROM journal_entry AS j JOIN journal_line AS l ON l.entry_id = j.entry_id
WHERE j.subject_key = concat($account, '/', $payout) OR j.subject_key IN (SELECT entry_id FROM journal_entry WHERE subject_key = concat($account, '/', $payout))
ORDER BY 2, 1, 3
