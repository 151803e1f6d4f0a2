/*
title = "Values of products and customers that the shop and Odoo both hold, in each version"
kind = "fact"
why = "What no other rule compares: price, cost, barcode and the customer's country. A product is known by its SKU where that is one product on each side, a customer by the hash of the e-mail. Orders, invoices, refunds, lines of processors and banks have rules of their own."
reads = ["product_variant", "odoo_product", "customer", "odoo_partner", "map_store"]
*/
WITH shop_product AS (
  SELECT DISTINCT s.entity, p.sku, p.store, p.handle, p.option_1, p.option_2, p.option_3, CAST(p.price AS VARCHAR) AS price, CAST(p.unit_cost AS VARCHAR) AS cost, p.barcode, p.known_at, p.version, p.file_id, p.row_no
  FROM product_variant AS p JOIN map_store AS s ON s.store = p.store WHERE p.sku IS NOT NULL
), odoo AS (
  SELECT entity, odoo_id, sku, CAST(CAST(price AS DECIMAL(18,4)) AS VARCHAR) AS price, CAST(CAST(cost AS DECIMAL(18,4)) AS VARCHAR) AS cost, barcode, known_at, version, file_id, row_no FROM odoo_product WHERE sku IS NOT NULL
), single AS (
  SELECT p.entity, p.sku FROM (SELECT entity, sku FROM shop_product GROUP BY entity, sku HAVING count(DISTINCT concat(store, '/', handle, '/', option_1, '/', option_2, '/', option_3)) = 1) AS p
  JOIN (SELECT entity, sku FROM odoo GROUP BY entity, sku HAVING count(DISTINCT odoo_id) = 1) AS o ON o.entity = p.entity AND o.sku = p.sku
), person AS (
  SELECT DISTINCT s.entity, c.email_key, c.store, c.customer_key, c.country, c.known_at, c.version, c.file_id, c.row_no FROM customer AS c JOIN map_store AS s ON s.store = c.store WHERE c.email_key IS NOT NULL
), lone AS (
  SELECT p.entity, p.email_key FROM (SELECT entity, email_key FROM person GROUP BY entity, email_key HAVING count(DISTINCT concat(store, '/', customer_key)) = 1) AS p
  JOIN (SELECT entity, email_key FROM odoo_partner GROUP BY entity, email_key HAVING count(DISTINCT odoo_id) = 1) AS o ON o.entity = p.entity AND o.email_key = p.email_key
), value AS (
  SELECT p.entity, 'product' AS domain, 'price' AS field, p.sku AS item, 'shopify' AS holder, p.price AS value, p.known_at, p.version, p.file_id, p.row_no FROM shop_product AS p JOIN single AS s ON s.entity = p.entity AND s.sku = p.sku
  UNION ALL SELECT p.entity, 'product', 'cost', p.sku, 'shopify', p.cost, p.known_at, p.version, p.file_id, p.row_no FROM shop_product AS p JOIN single AS s ON s.entity = p.entity AND s.sku = p.sku
  UNION ALL SELECT p.entity, 'product', 'barcode', p.sku, 'shopify', p.barcode, p.known_at, p.version, p.file_id, p.row_no FROM shop_product AS p JOIN single AS s ON s.entity = p.entity AND s.sku = p.sku
  UNION ALL SELECT p.entity, 'product', 'price', p.sku, 'odoo', p.price, p.known_at, p.version, p.file_id, p.row_no FROM odoo AS p JOIN single AS s ON s.entity = p.entity AND s.sku = p.sku
  UNION ALL SELECT p.entity, 'product', 'cost', p.sku, 'odoo', p.cost, p.known_at, p.version, p.file_id, p.row_no FROM odoo AS p JOIN single AS s ON s.entity = p.entity AND s.sku = p.sku
  UNION ALL SELECT p.entity, 'product', 'barcode', p.sku, 'odoo', p.barcode, p.known_at, p.version, p.file_id, p.row_no FROM odoo AS p JOIN single AS s ON s.entity = p.entity AND s.sku = p.sku
  UNION ALL SELECT p.entity, 'customer', 'country', p.email_key, 'shopify', p.country, p.known_at, p.version, p.file_id, p.row_no FROM person AS p JOIN lone AS l ON l.entity = p.entity AND l.email_key = p.email_key
  UNION ALL SELECT p.entity, 'customer', 'country', p.email_key, 'odoo', p.country, p.known_at, p.version, p.file_id, p.row_no FROM odoo_partner AS p JOIN lone AS l ON l.entity = p.entity AND l.email_key = p.email_key
), step AS (
  SELECT entity, domain, field, item, holder, value, known_at, version, file_id, row_no, lag(value) OVER w AS before, lead(version) OVER w AS later FROM value WINDOW w AS (PARTITION BY entity, domain, field, item, holder ORDER BY version)
), changed AS (
  SELECT entity, domain, field, item, holder, max(known_at) AS changed_at FROM step WHERE version = 1 OR value IS DISTINCT FROM before GROUP BY entity, domain, field, item, holder
), prior AS (
  SELECT entity, domain, field, item, holder, before FROM step WHERE version > 1 AND value IS DISTINCT FROM before QUALIFY row_number() OVER (PARTITION BY entity, domain, field, item, holder ORDER BY version DESC) = 1
)
SELECT s.entity, s.domain, s.field, s.item, s.holder, s.value, p.before, c.changed_at, s.file_id, s.row_no
FROM step AS s JOIN changed AS c ON c.entity = s.entity AND c.domain = s.domain AND c.field = s.field AND c.item = s.item AND c.holder = s.holder
LEFT JOIN prior AS p ON p.entity = s.entity AND p.domain = s.domain AND p.field = s.field AND p.item = s.item AND p.holder = s.holder
WHERE s.later IS NULL AND s.value IS NOT NULL
