/*
title = "Sale orders of Odoo and the order that each names"
kind = "fact"
why = "By the customer reference, else by the source document, as it is written; where neither is an order's name, by either of them without signs, blanks and case, as long as the order has no sale order that names it so and amount or day agree. Where several stores of the entity have an order of the name, amount and day tell which is meant, then the one that is left; a sale order that nothing tells apart stands at each of them as a tie."
reads = ["odoo_sale_order_current", "order_fact"]
*/
WITH named AS (
  SELECT entity, odoo_id, coalesce(client_order_ref, origin) AS ref, TRUE AS is_first, total, currency, CAST(ordered_at AS DATE) AS day FROM odoo_sale_order_current WHERE coalesce(client_order_ref, origin) IS NOT NULL
  UNION ALL
  SELECT entity, odoo_id, origin, FALSE, total, currency, CAST(ordered_at AS DATE) FROM odoo_sale_order_current WHERE client_order_ref IS NOT NULL AND origin IS NOT NULL
), exact AS (
  SELECT n.entity, n.odoo_id, o.store, o.order_name, n.total = o.total AND n.currency = o.currency AS is_alike, abs(o.created_on - n.day) <= 1 AS is_near
  FROM named AS n JOIN order_fact AS o ON o.entity = n.entity AND o.order_name = n.ref WHERE n.is_first
), loose AS (
  SELECT n.entity, n.odoo_id, n.ref, regexp_replace(lower(n.ref), '[^a-z0-9]+', '', 'g') AS word, n.total, n.currency, n.day
  FROM named AS n WHERE NOT EXISTS (SELECT 1 FROM exact AS x WHERE x.entity = n.entity AND x.odoo_id = n.odoo_id)
), spelled AS (
  SELECT entity, store, order_name, regexp_replace(lower(order_name), '[^a-z0-9]+', '', 'g') AS word, total, currency, created_on
  FROM order_fact AS o WHERE NOT EXISTS (SELECT 1 FROM exact AS x WHERE x.store = o.store AND x.order_name = o.order_name)
), candidate AS (
  SELECT entity, odoo_id, store, order_name, is_alike, is_near FROM exact
  UNION ALL
  SELECT DISTINCT l.entity, l.odoo_id, s.store, s.order_name, l.total = s.total AND l.currency = s.currency, abs(s.created_on - l.day) <= 1
  FROM loose AS l JOIN spelled AS s ON s.entity = l.entity AND s.word = l.word
  WHERE l.word <> '' AND ((l.total = s.total AND l.currency = s.currency) OR abs(s.created_on - l.day) <= 7)
), several AS (
  SELECT entity, odoo_id FROM candidate GROUP BY entity, odoo_id HAVING count(*) > 1
), counted AS (
  SELECT c.entity, c.odoo_id, c.store, c.order_name, c.is_alike, c.is_near, count(*) FILTER (WHERE c.is_alike) OVER (PARTITION BY c.entity, c.odoo_id) AS alike,
    count(*) FILTER (WHERE c.is_alike AND c.is_near) OVER (PARTITION BY c.entity, c.odoo_id) AS both_agree, count(*) FILTER (WHERE c.is_near) OVER (PARTITION BY c.entity, c.odoo_id) AS near
  FROM candidate AS c JOIN several AS v ON v.entity = c.entity AND v.odoo_id = c.odoo_id
), told AS (
  SELECT c.entity, c.odoo_id, c.store, c.order_name FROM candidate AS c WHERE NOT EXISTS (SELECT 1 FROM several AS v WHERE v.entity = c.entity AND v.odoo_id = c.odoo_id)
  UNION ALL
  SELECT entity, odoo_id, store, order_name FROM counted WHERE CASE WHEN both_agree = 1 THEN is_alike AND is_near WHEN alike = 1 THEN is_alike WHEN near = 1 AND alike = 0 THEN is_near END
), waiting AS (
  SELECT c.entity, c.odoo_id, c.store, c.order_name, count(*) OVER (PARTITION BY c.entity, c.odoo_id) AS orders, count(*) OVER (PARTITION BY c.store, c.order_name) AS documents
  FROM counted AS c
  WHERE NOT EXISTS (SELECT 1 FROM told AS t WHERE t.entity = c.entity AND t.odoo_id = c.odoo_id) AND NOT EXISTS (SELECT 1 FROM told AS t WHERE t.store = c.store AND t.order_name = c.order_name)
)
SELECT s.entity, s.odoo_id, s.name, f.store, f.order_name, f.is_tie
FROM (
  SELECT entity, odoo_id, store, order_name, FALSE AS is_tie FROM told
  UNION ALL
  SELECT entity, odoo_id, store, order_name, NOT (orders = 1 AND documents = 1) FROM waiting
) AS f JOIN odoo_sale_order_current AS s ON s.entity = f.entity AND s.odoo_id = f.odoo_id
