/*
title = "Accounts for refunds that customers are still owed, and up to which day"
kind = "fact"
why = "One row per processor account that an account of the role `refunds_payable` serves, where Odoo's items and entries and the processor's lines have landed; after a cut-over from that day on."
reads = ["map_processor_account", "map_account", "watermark_fact", "cutover"]
*/
WITH owner AS (
  SELECT account, min(entity) AS entity, min(currency) AS currency FROM map_processor_account GROUP BY account HAVING min(entity) = max(entity) AND min(currency) = max(currency)
), placed AS (
  SELECT o.account, o.entity, o.currency, m.odoo_account, row_number() OVER (PARTITION BY o.account ORDER BY CASE WHEN m.qualifier = o.account THEN 0 WHEN m.qualifier = o.currency THEN 1 ELSE 2 END, m.valid_from DESC, m.odoo_account) AS place
  FROM owner AS o JOIN map_account AS m ON m.entity = o.entity AND m.role = 'refunds_payable' AND (m.qualifier IN (o.account, o.currency) OR m.qualifier IS NULL)
), side AS (
  SELECT entity, odoo_account, currency, 'odoo_journal_item' AS source, entity AS owner_key FROM placed WHERE place = 1
  UNION SELECT entity, odoo_account, currency, 'odoo_move', entity FROM placed WHERE place = 1
  UNION SELECT p.entity, p.odoo_account, p.currency, 'settlement_line', p.account FROM placed AS p WHERE p.place = 1 AND EXISTS (SELECT 1 FROM watermark_fact AS w WHERE w.source = 'settlement_line' AND w.owner_key = p.account)
), scope AS (
  SELECT d.entity, d.odoo_account, min(d.currency) AS currency, min(w.complete_until) AS as_of, coalesce(max(c.cutover_on), DATE '0001-01-01') AS begins_on
  FROM side AS d LEFT JOIN watermark_fact AS w ON w.source = d.source AND w.owner_key = d.owner_key LEFT JOIN cutover AS c ON c.entity = d.entity
  GROUP BY d.entity, d.odoo_account HAVING count(*) = count(w.complete_until) AND bool_or(d.source = 'settlement_line') AND min(d.currency) = max(d.currency)
)
SELECT p.account, s.entity, s.odoo_account, s.currency, s.begins_on, s.as_of FROM placed AS p JOIN scope AS s ON s.entity = p.entity AND s.odoo_account = p.odoo_account WHERE p.place = 1
