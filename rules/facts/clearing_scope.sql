/*
title = "Clearing accounts that can be proven, and up to which day"
kind = "fact"
why = "A proof needs every side: Odoo's journal items, the shop's orders and payments, the processor's lines and payouts. It is made for the last day that all of them cover, the orders apart, which may be there for longer or shorter; an account without one of them, without any item, or of an entity with daily summaries (policy `grain`), is not evaluated; nor is one with items in another currency, but where it is kept in the company's own and its stores sell in no other: there an item counts by its debit and credit, whatever somebody typed. One that several processor accounts share needs all sides of each of them, and goes by the first one's name. After a cut-over it begins on that day with the opening positions of kind `clearing`; an account without one, or with one in another currency, is not evaluated."
reads = ["clearing_of", "account_store", "watermark_fact", "odoo_journal_item_current", "map_entity", "map_policy", "cutover", "opening_fact", "sales_order_current", "payment_withdrawn"]
*/
WITH single AS (
  SELECT account, entity, currency, odoo_account FROM clearing_of WHERE account = lead
), side AS (
  SELECT lead AS account, 'odoo_journal_item' AS source, entity AS owner_key FROM clearing_of WHERE lead IS NOT NULL
  UNION SELECT lead, 'odoo_move', entity FROM clearing_of WHERE lead IS NOT NULL
  UNION SELECT lead, 'settlement_line', account FROM clearing_of WHERE lead IS NOT NULL
  UNION SELECT lead, 'payout', account FROM clearing_of WHERE lead IS NOT NULL
  UNION SELECT o.lead, 'sales_order', a.store FROM clearing_of AS o LEFT JOIN account_store AS a ON a.account = o.account WHERE o.lead IS NOT NULL
  UNION SELECT o.lead, 'order_transaction', a.store FROM clearing_of AS o LEFT JOIN account_store AS a ON a.account = o.account WHERE o.lead IS NOT NULL
), until AS (
  SELECT d.account, min(CASE WHEN d.source <> 'sales_order' THEN w.complete_until END) AS as_of FROM side AS d LEFT JOIN watermark_fact AS w ON w.source = d.source AND w.owner_key = d.owner_key
  GROUP BY d.account HAVING count(*) = count(w.complete_until)
), opened AS (
  SELECT s.account, sum(o.amount) AS amount, min(concat(o.file_id, ':', o.row_no)) AS evidence
  FROM single AS s JOIN clearing_of AS m ON m.lead = s.account JOIN opening_fact AS o ON o.entity = s.entity AND o.account = m.account AND o.kind = 'clearing'
  GROUP BY s.account, s.currency HAVING min(o.currency) = s.currency AND max(o.currency) = s.currency
), start AS (
  SELECT s.account, s.entity, s.currency, s.odoo_account, coalesce(c.cutover_on, DATE '0001-01-01') AS begins_on, CASE WHEN c.cutover_on IS NULL THEN 0 ELSE o.amount END AS opening,
    CASE WHEN c.cutover_on IS NULL THEN '' ELSE concat(' ', o.evidence) END AS evidence
  FROM single AS s LEFT JOIN cutover AS c ON c.entity = s.entity LEFT JOIN opened AS o ON o.account = s.account
  WHERE c.cutover_on IS NULL OR o.account IS NOT NULL
), own AS (
  SELECT s.account FROM start AS s JOIN map_entity AS e ON e.entity = s.entity
  WHERE NOT EXISTS (SELECT 1 FROM clearing_of AS m JOIN account_store AS a ON a.account = m.account JOIN sales_order_current AS o ON o.store = a.store WHERE m.lead = s.account AND o.currency <> s.currency)
  GROUP BY s.account, s.currency HAVING min(e.base_currency) = s.currency AND max(e.base_currency) = s.currency
), ledger AS (
  SELECT s.account, sum(CASE WHEN i.booked_on BETWEEN s.begins_on AND u.as_of THEN i.debit - i.credit ELSE 0 END) + s.opening AS balance, concat(min(concat(i.file_id, ':', i.row_no)), s.evidence) AS evidence
  FROM start AS s JOIN until AS u ON u.account = s.account AND u.as_of >= s.begins_on
  JOIN odoo_journal_item_current AS i ON i.entity = s.entity AND i.account_code = s.odoo_account AND i.parent_state = 'posted'
  LEFT JOIN own AS w ON w.account = s.account
  WHERE NOT EXISTS (SELECT 1 FROM payment_withdrawn AS p WHERE p.entity = i.entity AND p.move_odoo_id = i.move_odoo_id)
  GROUP BY s.account, s.currency, s.opening, s.evidence, w.account HAVING w.account IS NOT NULL OR (min(i.currency) = s.currency AND max(i.currency) = s.currency)
), company AS (
  SELECT entity, min(odoo_company) AS company FROM map_entity GROUP BY entity
), summary AS (
  SELECT p.entity FROM map_policy AS p WHERE p.policy = 'grain' AND p.value <> 'order' GROUP BY p.entity
)
SELECT s.account, s.entity, s.currency, s.odoo_account, s.begins_on, s.opening, u.as_of, l.balance, l.evidence, c.company
FROM start AS s JOIN until AS u ON u.account = s.account JOIN ledger AS l ON l.account = s.account LEFT JOIN company AS c ON c.entity = s.entity
WHERE NOT EXISTS (SELECT 1 FROM summary AS g WHERE g.entity = s.entity)
