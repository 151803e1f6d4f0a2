/*
title = "Items of credit notes that name a product, where adjustments have one"
kind = "fact"
why = "Posted credit notes of orders, in the currency of the note; of entities whose policy names products of adjustments. An extract of the journal items without the product says nothing, nor do items that no longer balance: some of them were taken out since."
reads = ["adjustment_product", "invoice_fact", "invoice_taken_back", "odoo_journal_item_current"]
*/
WITH note AS (
  SELECT i.entity, i.odoo_id, i.store, i.order_name, i.company, i.name, i.currency, i.total, i.booked_on
  FROM invoice_fact AS i JOIN (SELECT DISTINCT entity FROM adjustment_product) AS p ON p.entity = i.entity
  WHERE i.move_type = 'out_refund' AND i.order_name IS NOT NULL AND NOT EXISTS (SELECT 1 FROM invoice_taken_back AS t WHERE t.entity = i.entity AND t.note_id = i.odoo_id)
), item AS (
  SELECT n.entity, n.odoo_id AS note_id, n.store, n.order_name, n.company, n.name, n.currency, n.total, n.booked_on, j.odoo_id, j.sku, j.product, coalesce(j.display_type, 'product') AS display_type,
    CASE WHEN j.currency = n.currency THEN coalesce(j.amount_currency, j.debit - j.credit) ELSE j.debit - j.credit END AS amount, sum(j.debit - j.credit) OVER (PARTITION BY n.entity, n.odoo_id) AS balance, j.file_id, j.row_no
  FROM note AS n JOIN odoo_journal_item_current AS j ON j.entity = n.entity AND j.move_odoo_id = n.odoo_id
)
SELECT i.entity, i.note_id, i.store, i.order_name, i.company, i.name, i.currency, i.total, i.booked_on, i.odoo_id, i.sku, i.product, i.amount, p.word IS NOT NULL AS is_adjustment, i.file_id, i.row_no
FROM item AS i
LEFT JOIN (
  SELECT x.entity, x.odoo_id, min(a.word) AS word
  FROM item AS x JOIN adjustment_product AS a ON a.entity = x.entity AND x.booked_on BETWEEN a.valid_from AND a.valid_to AND a.word IN (lower(coalesce(x.sku, '')), lower(coalesce(x.product, '')), lower(trim(regexp_replace(coalesce(x.product, ''), '^\[[^]]*\]', ''))))
  GROUP BY x.entity, x.odoo_id
) AS p ON p.entity = i.entity AND p.odoo_id = i.odoo_id
WHERE i.balance = 0 AND i.display_type = 'product' AND coalesce(i.sku, i.product) IS NOT NULL
