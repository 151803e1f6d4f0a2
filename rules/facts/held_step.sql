/*
title = "Values of products and customers that two systems hold, in each version"
kind = "fact"
why = "What no other rule compares: of a product its name, price, cost, barcode and whether it is sold, of a customer the country and the telephone number. A product is known by its SKU where that is one product on each side, a customer by the hash of the e-mail, in the shop, in Odoo and in a CRM. A version holds until the next one of its row. Orders, invoices, refunds, payouts and lines of banks have rules of their own."
reads = ["product_variant", "odoo_product", "customer", "odoo_partner", "crm_contact", "map_store", "map_entity"]
*/
WITH shop_product AS (
  SELECT DISTINCT s.entity, p.sku, concat(p.store, '/', p.handle, '/', p.option_1, '/', p.option_2, '/', p.option_3) AS own_key, p.title, CAST(p.price AS VARCHAR) AS price, CAST(p.unit_cost AS VARCHAR) AS cost, p.barcode,
    CASE WHEN p.status IS NOT NULL THEN CASE WHEN lower(p.status) = 'active' THEN 'sold' ELSE 'not sold' END END AS status, p.known_at, p.version, p.file_id, p.row_no
  FROM product_variant AS p JOIN map_store AS s ON s.store = p.store WHERE p.sku IS NOT NULL
), odoo AS (
  SELECT entity, sku, odoo_id AS own_key, name AS title, CAST(CAST(price AS DECIMAL(18,4)) AS VARCHAR) AS price, CAST(CAST(cost AS DECIMAL(18,4)) AS VARCHAR) AS cost, barcode,
    CASE WHEN active THEN 'sold' ELSE 'not sold' END AS status, known_at, version, file_id, row_no
  FROM odoo_product WHERE sku IS NOT NULL
), product AS (
  SELECT entity, sku, 'shopify' AS holder, own_key, title, price, cost, barcode, status, known_at, version, file_id, row_no FROM shop_product
  UNION ALL
  SELECT entity, sku, 'odoo', own_key, title, price, cost, barcode, status, known_at, version, file_id, row_no FROM odoo
), owner AS (
  SELECT store AS place, entity FROM map_store UNION SELECT entity, entity FROM map_entity
), person AS (
  SELECT DISTINCT s.entity, c.email_key, 'shopify' AS holder, concat(c.store, '/', c.customer_key) AS own_key, upper(c.country) AS country, c.phone_key, c.known_at, c.version, c.file_id, c.row_no FROM customer AS c JOIN map_store AS s ON s.store = c.store WHERE c.email_key IS NOT NULL
  UNION ALL
  SELECT entity, email_key, 'odoo', odoo_id, upper(country), phone_key, known_at, version, file_id, row_no FROM odoo_partner WHERE email_key IS NOT NULL
  UNION ALL
  SELECT DISTINCT w.entity, c.email_key, 'crm', concat(c.place, '/', c.contact_key), upper(c.country), c.phone_key, c.known_at, c.version, c.file_id, c.row_no FROM crm_contact AS c JOIN owner AS w ON w.place = c.place WHERE c.email_key IS NOT NULL
), held AS (
  SELECT 'product' AS domain, entity, sku AS item, holder FROM product GROUP BY entity, sku, holder HAVING count(DISTINCT own_key) = 1
  UNION ALL
  SELECT 'customer', entity, email_key, holder FROM person GROUP BY entity, email_key, holder HAVING count(DISTINCT own_key) = 1
), shared AS (
  SELECT domain, entity, item FROM held GROUP BY domain, entity, item HAVING count(*) > 1
), value AS (
  SELECT 'product' AS domain, 'name' AS field, entity, sku AS item, holder, own_key, title AS value, known_at, version, file_id, row_no FROM product
  UNION ALL SELECT 'product', 'price', entity, sku, holder, own_key, price, known_at, version, file_id, row_no FROM product
  UNION ALL SELECT 'product', 'cost', entity, sku, holder, own_key, cost, known_at, version, file_id, row_no FROM product
  UNION ALL SELECT 'product', 'barcode', entity, sku, holder, own_key, barcode, known_at, version, file_id, row_no FROM product
  UNION ALL SELECT 'product', 'status', entity, sku, holder, own_key, status, known_at, version, file_id, row_no FROM product
  UNION ALL SELECT 'customer', 'country', entity, email_key, holder, own_key, country, known_at, version, file_id, row_no FROM person
  UNION ALL SELECT 'customer', 'phone', entity, email_key, holder, own_key, phone_key, known_at, version, file_id, row_no FROM person
)
SELECT v.entity, v.domain, v.field, v.item, v.holder, v.value, v.known_at AS from_at, lead(v.known_at) OVER w AS until_at, lag(v.version) OVER w IS NOT NULL AND v.value IS DISTINCT FROM lag(v.value) OVER w AS is_changed, lag(v.value) OVER w AS before,
  v.file_id, v.row_no
FROM value AS v
JOIN shared AS s ON s.domain = v.domain AND s.entity = v.entity AND s.item = v.item
JOIN held AS h ON h.domain = v.domain AND h.entity = v.entity AND h.item = v.item AND h.holder = v.holder
WINDOW w AS (PARTITION BY v.entity, v.domain, v.field, v.item, v.holder ORDER BY v.version)
