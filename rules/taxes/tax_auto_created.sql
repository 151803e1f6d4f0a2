/*
title = "Tax of Odoo that taxes.csv does not know"
kind = "check"
rule = "T-09"
code = "TAX_AUTO_CREATED"
severity = "medium"
class = "DATA"
subject = "odoo_document"
owner = "tax"
why = "Connectors create taxes where they find none; nobody has said to which authority such a tax belongs. One finding for each tax, at its first invoice. An invoice whose order has a finding about its tax is part of that one."
suggestion = "Add the tax to taxes.csv and have it approved, or replace it in Odoo by the one that was meant."
reads = ["invoice_fact", "odoo_journal_item_current", "map_tax", "finding"]
needs = ["odoo_move", "odoo_journal_item"]
against = ["map_tax"]
cure = "taxes"
*/
WITH booked AS (
  SELECT DISTINCT i.entity, j.tax_name, i.company, i.name, i.currency, i.booked_on, i.odoo_id, j.credit - j.debit AS amount, j.odoo_id AS item_id, j.file_id, j.row_no
  FROM invoice_fact AS i JOIN odoo_journal_item_current AS j ON j.entity = i.entity AND j.move_odoo_id = i.odoo_id AND j.tax_name IS NOT NULL
  JOIN (SELECT DISTINCT entity FROM map_tax) AS n ON n.entity = i.entity
  LEFT JOIN (SELECT DISTINCT entity, odoo_tax FROM map_tax) AS m ON m.entity = i.entity AND m.odoo_tax = j.tax_name
  WHERE i.order_name IS NOT NULL AND i.move_type <> 'out_refund' AND m.odoo_tax IS NULL
    AND NOT EXISTS (SELECT 1 FROM finding AS f WHERE f.code = 'TAX_AMOUNT_DIFF' AND f.subject_kind = 'order' AND f.subject_key = concat(i.store, '/', i.order_name))
), placed AS (
  SELECT entity, tax_name, company, name, currency, booked_on, file_id, row_no, row_number() OVER (PARTITION BY entity, tax_name, currency ORDER BY booked_on, length(odoo_id), odoo_id, row_no) AS place,
    count(*) OVER (PARTITION BY entity, tax_name, currency) AS items, sum(amount) OVER (PARTITION BY entity, tax_name, currency) AS amount
  FROM booked
)
SELECT entity, NULL AS store, concat(company, '/', name) AS subject_key, CAST(0 AS DECIMAL(18,4)) AS expected, amount AS actual, amount AS difference, currency, NULL AS due_on,
  concat('Tax ', tax_name, ' stands on ', items, CASE WHEN items = 1 THEN ' invoice line' ELSE ' invoice lines' END, ' of orders since ', CAST(booked_on AS VARCHAR), ', together ', CAST(amount AS VARCHAR), '; taxes.csv does not know it.') AS cause,
  concat(file_id, ':', row_no) AS evidence, NULL AS candidates
FROM placed WHERE place = 1
ORDER BY subject_key
