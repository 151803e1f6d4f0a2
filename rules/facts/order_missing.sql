/*
title = "Orders that no export holds and that something else names"
kind = "fact"
why = "A number that is missing in its series, or behind all that the exports hold and in Odoo: both are findings; the payments, settlement lines and entries of Odoo that name such an order are part of that finding and raise nothing of their own. A line may have only the number of the order in the shop: the payments know its name. A bare number in an entry of Odoo may be any other number: it names no order."
reads = ["order_gap", "sales_order_current", "order_transaction_current", "settlement_line_current", "account_store", "map_store", "clearing_booking", "order_alone"]
*/
WITH place AS (
  SELECT DISTINCT m.store, m.entity FROM map_store AS m JOIN order_gap AS g ON g.store = m.store
), named AS (
  SELECT t.store, t.order_name, t.order_id FROM order_transaction_current AS t JOIN place AS p ON p.store = t.store
  UNION
  SELECT a.store, l.order_name, l.order_id FROM settlement_line_current AS l JOIN account_store AS a ON a.account = l.account JOIN place AS p ON p.store = a.store WHERE l.order_name IS NOT NULL
  UNION
  SELECT p.store, b.named, NULL FROM clearing_booking AS b JOIN place AS p ON p.entity = b.entity WHERE b.payout_id IS NULL AND b.order_name IS NULL AND b.named IS NOT NULL AND NOT regexp_matches(b.named, '^[0-9]*$')
), loose AS (
  SELECT store, order_name, max(order_id) AS order_id FROM named AS n WHERE NOT EXISTS (SELECT 1 FROM sales_order_current AS o WHERE o.store = n.store AND o.order_name = n.order_name) GROUP BY store, order_name
), apart AS (
  SELECT store, order_name, order_id, regexp_extract(order_name, '^([^0-9]*)([0-9]{1,15})([^0-9]*)$', 1) AS prefix, regexp_extract(order_name, '^([^0-9]*)([0-9]{1,15})([^0-9]*)$', 3) AS suffix,
    TRY_CAST(regexp_extract(order_name, '^([^0-9]*)([0-9]{1,15})([^0-9]*)$', 2) AS BIGINT) AS number
  FROM loose
)
SELECT a.store, p.entity, a.order_name, a.order_id, g.next_name
FROM apart AS a JOIN order_gap AS g ON g.store = a.store AND g.prefix = a.prefix AND g.suffix = a.suffix AND a.number > g.before_number AND a.number < g.number
JOIN place AS p ON p.store = a.store
UNION
SELECT m.store, a.entity, a.ref, max(t.order_id), NULL
FROM order_alone AS a JOIN (SELECT DISTINCT store, entity FROM map_store) AS m ON m.entity = a.entity
LEFT JOIN order_transaction_current AS t ON t.store = m.store AND t.order_name = a.ref
GROUP BY m.store, a.entity, a.ref
