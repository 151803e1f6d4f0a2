/*
title = "The clearing account of every processor account"
kind = "fact"
why = "By its own row of accounts.csv, else by that of its currency, else by the one for all. Processor accounts of one entity and one currency that share a clearing account are proven together, under the name of the first of them (`lead`); those of several currencies have no `lead` and cannot be."
reads = ["map_account", "map_processor_account"]
*/
WITH mapped AS (
  SELECT p.account, p.entity, p.currency, m.odoo_account,
    row_number() OVER (PARTITION BY p.account ORDER BY CASE WHEN m.qualifier = p.account THEN 0 WHEN m.qualifier = p.currency THEN 1 ELSE 2 END, m.valid_from DESC, m.odoo_account) AS place
  FROM (SELECT account, min(entity) AS entity, min(currency) AS currency FROM map_processor_account GROUP BY account HAVING min(entity) = max(entity) AND min(currency) = max(currency)) AS p
  JOIN map_account AS m ON m.entity = p.entity AND m.role = 'clearing' AND (m.qualifier IN (p.account, p.currency) OR m.qualifier IS NULL)
), lead AS (
  SELECT entity, odoo_account, min(account) AS account FROM mapped WHERE place = 1 GROUP BY entity, odoo_account HAVING min(currency) = max(currency)
)
SELECT m.account, m.entity, m.currency, m.odoo_account, l.account AS lead FROM mapped AS m LEFT JOIN lead AS l ON l.entity = m.entity AND l.odoo_account = m.odoo_account WHERE m.place = 1
