/*
title = "What each company booked as owed by or to another one"
kind = "fact"
why = "Posted items on accounts of the roles `due_from` and `due_to`, whose qualifier is the other entity; counted from the day on which both have switched the pack on. Where the two keep their books in one currency that is the amount, else the item's own. Nothing where the pack `intercompany` is off."
reads = ["pack_on", "map_account", "map_entity", "odoo_journal_item_current"]
*/
WITH base AS (
  SELECT entity, min(base_currency) AS currency FROM map_entity GROUP BY entity HAVING min(base_currency) = max(base_currency)
), told AS (
  SELECT a.entity, a.qualifier AS other, a.odoo_account, a.valid_from, a.valid_to, greatest(o.since, p.since) AS since, CASE WHEN b.currency = d.currency THEN b.currency END AS currency
  FROM pack_on AS o
  JOIN map_account AS a ON a.entity = o.entity AND a.role IN ('due_from', 'due_to')
  JOIN pack_on AS p ON p.entity = a.qualifier AND p.pack = 'intercompany'
  JOIN base AS b ON b.entity = a.entity JOIN base AS d ON d.entity = a.qualifier
  WHERE o.pack = 'intercompany' AND a.entity <> a.qualifier
)
SELECT t.entity, t.other, least(t.entity, t.other) AS one, greatest(t.entity, t.other) AS two, coalesce(t.currency, i.currency) AS currency, CASE WHEN t.currency IS NULL THEN i.amount_currency ELSE i.debit - i.credit END AS amount, i.booked_on, i.move_name, i.file_id, i.row_no
FROM told AS t JOIN odoo_journal_item_current AS i ON i.entity = t.entity AND i.account_code = t.odoo_account AND i.parent_state = 'posted' AND i.booked_on >= t.since AND i.booked_on BETWEEN t.valid_from AND t.valid_to
