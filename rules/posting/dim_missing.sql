/*
title = "Items without their analytic dimension"
kind = "check"
rule = "I-09"
code = "DIM_MISSING"
severity = "medium"
class = "DATA"
subject = "odoo_document"
owner = "accounting"
why = "What has no dimension is in no report by channel, brand or cost centre. Looked at on the accounts that the policy `analytic_accounts` lists. All items of one account are one finding, at the first document."
suggestion = "Give the items their distribution in Odoo, and the products or accounts a rule that does it by itself."
reads = ["analytic_item", "map_entity"]
needs = ["odoo_move", "odoo_journal_item"]
against = ["analytic_item"]
among = "dimensioned_document"
*/
WITH bare AS (
  SELECT entity, account_code, company, name, booked_on, odoo_id, balance, file_id, row_no,
    row_number() OVER (PARTITION BY entity, account_code ORDER BY booked_on, length(odoo_id), odoo_id) AS place, count(*) OVER (PARTITION BY entity, account_code) AS items, sum(balance) OVER (PARTITION BY entity, account_code) AS amount
  FROM analytic_item WHERE NOT has_dimension AND name IS NOT NULL
)
SELECT b.entity, NULL AS store, concat(b.company, '/', b.name) AS subject_key, NULL AS expected, NULL AS actual, CAST(sum(abs(b.amount)) AS DECIMAL(18,4)) AS difference, e.base_currency AS currency, NULL AS due_on,
  concat(string_agg(concat(CASE WHEN b.items = 1 THEN 'One item' ELSE concat(b.items, ' items') END, ' on account ', b.account_code, ' since ', CAST(b.booked_on AS VARCHAR), ', together ', CAST(CAST(b.amount AS DECIMAL(18,4)) AS VARCHAR)), '; ' ORDER BY b.account_code),
    CASE WHEN sum(b.items) = 1 THEN ', has no dimension.' ELSE ', have no dimension.' END) AS cause,
  string_agg(concat(b.file_id, ':', b.row_no), ' ' ORDER BY b.account_code) AS evidence, NULL AS candidates
FROM bare AS b LEFT JOIN (SELECT entity, min(base_currency) AS base_currency FROM map_entity GROUP BY entity) AS e ON e.entity = b.entity
WHERE b.place = 1
GROUP BY b.entity, b.company, b.name, e.base_currency
ORDER BY subject_key
