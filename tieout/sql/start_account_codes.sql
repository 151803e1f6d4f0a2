-- Of how many accounts of a list the journal items of another extract speak; nothing where two extracts speak of as many.
WITH shared AS (
  SELECT a.entity AS look, i.entity AS items_look, count(DISTINCT a.code) AS codes FROM look.odoo_account AS a JOIN look.odoo_journal_item AS i ON i.account_code = a.code GROUP BY a.entity, i.entity
)
SELECT look, items_look, codes FROM shared QUALIFY count(*) OVER (PARTITION BY look, codes) = 1 ORDER BY look, codes DESC
