/*
title = "Items on accounts that need an analytic dimension"
kind = "fact"
why = "The policy `analytic_accounts` of policies.csv lists the accounts, with commas between; a `*` at the end stands for all that begin so. An extract in which no item has a distribution has not the column: it says nothing."
reads = ["map_policy", "odoo_journal_item_current", "odoo_move_current"]
*/
WITH wanted AS (
  SELECT DISTINCT w.entity, trim(w.word) AS word, w.valid_from, w.valid_to FROM (SELECT entity, valid_from, valid_to, unnest(string_split(value, ',')) AS word FROM map_policy WHERE policy = 'analytic_accounts') AS w WHERE trim(w.word) <> ''
), told AS (
  SELECT DISTINCT j.entity FROM odoo_journal_item_current AS j JOIN (SELECT DISTINCT entity FROM wanted) AS w ON w.entity = j.entity WHERE j.analytic IS NOT NULL
), account AS (
  SELECT a.entity, a.account_code, w.valid_from, w.valid_to
  FROM (SELECT DISTINCT j.entity, j.account_code FROM odoo_journal_item_current AS j JOIN told AS t ON t.entity = j.entity WHERE j.account_code IS NOT NULL) AS a
  JOIN wanted AS w ON w.entity = a.entity AND (w.word = a.account_code OR (ends_with(w.word, '*') AND starts_with(a.account_code, left(w.word, length(w.word) - 1))))
)
SELECT DISTINCT j.entity, j.odoo_id, j.move_odoo_id, coalesce(m.company, j.company) AS company, coalesce(m.name, j.move_name) AS name, j.account_code, j.booked_on, j.debit - j.credit AS balance, j.analytic IS NOT NULL AS has_dimension, j.file_id, j.row_no
FROM account AS a JOIN odoo_journal_item_current AS j ON j.entity = a.entity AND j.account_code = a.account_code AND j.booked_on BETWEEN a.valid_from AND a.valid_to
LEFT JOIN odoo_move_current AS m ON m.entity = j.entity AND m.odoo_id = j.move_odoo_id
WHERE j.parent_state = 'posted' AND j.debit <> j.credit
