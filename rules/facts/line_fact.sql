/*
title = "Every settlement line with the order it belongs to"
kind = "fact"
why = "A line finds its order by name, else by the number of the order, else by the payment's id in the shop or the merchant's reference, else through the line that it takes back; of two orders of one name the number tells which, else the one with a payment of the amount (an order whose payments are not there: of its total), then of the day; what nothing tells apart is no order. A transfer to the bank is no line of its payout; the money of a failed one that is paid out again is, as a balance carried on."
reads = ["settlement_line_current", "account_store", "sales_order_current", "order_transaction_current", "map_processor_account", "returned_payout", "payout_of_line"]
*/
WITH loose AS (
  SELECT account, line_id, payment_id, merchant_ref, parent_ref FROM settlement_line_current
  WHERE order_name IS NULL AND order_id IS NULL AND bucket <> 'payout' AND coalesce(payment_id, merchant_ref, parent_ref) IS NOT NULL
), asked AS (
  SELECT DISTINCT a.store FROM loose AS l JOIN account_store AS a ON a.account = l.account WHERE coalesce(l.payment_id, l.merchant_ref) IS NOT NULL
), payment AS (
  SELECT p.store, p.order_name, trim(p.payment_id) AS payment_id
  FROM (SELECT o.store, o.order_name, unnest(string_split(o.payment_ids, ' + ')) AS payment_id FROM sales_order_current AS o JOIN asked AS a ON a.store = o.store WHERE o.payment_ids IS NOT NULL) AS p
), candidate AS (
  SELECT l.account, l.line_id, o.store, o.order_name, coalesce(o.order_id = l.order_id, FALSE) AS is_numbered
  FROM settlement_line_current AS l
  JOIN account_store AS a ON a.account = l.account
  JOIN sales_order_current AS o ON o.store = a.store AND o.order_name = l.order_name
  UNION
  SELECT l.account, l.line_id, o.store, o.order_name, TRUE
  FROM settlement_line_current AS l
  JOIN account_store AS a ON a.account = l.account
  JOIN sales_order_current AS o ON o.store = a.store AND o.order_id = l.order_id
  WHERE l.order_name IS NULL
  UNION
  SELECT l.account, l.line_id, p.store, p.order_name, FALSE
  FROM loose AS l JOIN account_store AS a ON a.account = l.account JOIN payment AS p ON p.store = a.store AND p.payment_id = l.payment_id
  UNION
  SELECT l.account, l.line_id, p.store, p.order_name, FALSE
  FROM loose AS l JOIN account_store AS a ON a.account = l.account JOIN payment AS p ON p.store = a.store AND p.payment_id = l.merchant_ref
  UNION
  SELECT l.account, l.line_id, o.store, o.order_name, FALSE
  FROM loose AS l JOIN account_store AS a ON a.account = l.account JOIN sales_order_current AS o ON o.store = a.store AND o.order_name = l.merchant_ref
), own AS (
  SELECT account, line_id, min(store) AS store, min(order_name) AS order_name FROM candidate GROUP BY account, line_id HAVING count(*) = 1
  UNION ALL
  SELECT account, line_id, min(CASE WHEN is_numbered THEN store END), min(order_name) FROM candidate GROUP BY account, line_id HAVING count(*) > 1 AND count(CASE WHEN is_numbered THEN 1 END) = 1 AND min(order_name) = max(order_name)
), doubt AS (
  SELECT c.account, c.line_id, c.store, c.order_name, l.gross, l.currency, l.booked_on, l.bucket IN ('sale', 'refund') AS is_plain
  FROM candidate AS c JOIN (SELECT account, line_id FROM candidate GROUP BY account, line_id HAVING count(*) > 1 AND count(CASE WHEN is_numbered THEN 1 END) = 0 AND min(order_name) = max(order_name)) AS d ON d.account = c.account AND d.line_id = c.line_id
  JOIN settlement_line_current AS l ON l.account = c.account AND l.line_id = c.line_id
), moved AS (
  SELECT d.account, d.line_id, d.store, d.order_name, t.amount = abs(d.gross) AND t.currency = d.currency AND (NOT d.is_plain OR (t.kind = 'refund') = (d.gross < 0)) AS is_alike, abs(t.created_on - d.booked_on) <= 1 AS is_near
  FROM doubt AS d JOIN order_transaction_current AS t ON t.store = d.store AND t.order_name = d.order_name AND t.status = 'success' AND t.kind IN ('sale', 'capture', 'refund')
  UNION ALL
  SELECT d.account, d.line_id, d.store, d.order_name, o.total = d.gross AND o.currency = d.currency, abs(o.created_on - d.booked_on) <= 1
  FROM doubt AS d JOIN sales_order_current AS o ON o.store = d.store AND o.order_name = d.order_name
  WHERE NOT EXISTS (SELECT 1 FROM order_transaction_current AS t WHERE t.store = d.store AND t.order_name = d.order_name)
), fitting AS (
  SELECT account, line_id, store, order_name, bool_or(is_alike) AS is_alike, bool_or(is_near) AS is_near, bool_or(is_alike AND is_near) AS is_same FROM moved GROUP BY account, line_id, store, order_name
), meant AS (
  SELECT account, line_id, min(order_name) AS order_name, CASE WHEN count(CASE WHEN is_same THEN 1 END) = 1 THEN min(CASE WHEN is_same THEN store END) WHEN count(CASE WHEN is_alike THEN 1 END) = 1 THEN min(CASE WHEN is_alike THEN store END)
    WHEN count(CASE WHEN is_alike THEN 1 END) = 0 AND count(CASE WHEN is_near THEN 1 END) = 1 THEN min(CASE WHEN is_near THEN store END) END AS store
  FROM fitting GROUP BY account, line_id
), parent AS (
  SELECT l.account, l.line_id, p.line_id AS parent_id FROM loose AS l JOIN settlement_line_current AS p ON p.account = l.account AND p.line_id = l.parent_ref WHERE p.line_id <> l.line_id
  UNION
  SELECT l.account, l.line_id, p.line_id FROM loose AS l JOIN settlement_line_current AS p ON p.account = l.account AND p.processor_ref = l.parent_ref WHERE p.line_id <> l.line_id
), inherited AS (
  SELECT h.account, h.line_id, min(o.store) AS store, min(o.order_name) AS order_name
  FROM parent AS h JOIN own AS o ON o.account = h.account AND o.line_id = h.parent_id
  WHERE NOT EXISTS (SELECT 1 FROM candidate AS c WHERE c.account = h.account AND c.line_id = h.line_id)
  GROUP BY h.account, h.line_id HAVING count(DISTINCT concat(o.store, '/', o.order_name)) = 1
), found AS (
  SELECT account, line_id, store, order_name FROM own
  UNION ALL
  SELECT account, line_id, store, order_name FROM meant WHERE store IS NOT NULL
  UNION ALL
  SELECT account, line_id, store, order_name FROM inherited
)
SELECT l.account, p.entity, l.line_id, coalesce(b.payout_id, l.payout_id) AS payout_id, coalesce(b.payout_status, l.payout_status) AS payout_status,
  coalesce(b.payout_on, l.payout_on) AS payout_on, l.native_type,
  CASE WHEN r.line_id IS NULL THEN l.bucket ELSE 'carry' END AS bucket, l.currency, l.gross, l.fee, l.fee_tax,
  l.tax_withheld, l.reserve, l.net, l.net_stated, l.occurred_at, l.booked_on, l.bank_reference, l.order_name AS named_order, f.store, f.order_name,
  l.card_origin, l.payment_method, l.file_id, l.row_no
FROM settlement_line_current AS l
LEFT JOIN map_processor_account AS p ON p.account = l.account AND l.booked_on BETWEEN p.valid_from AND p.valid_to
LEFT JOIN found AS f ON f.account = l.account AND f.line_id = l.line_id
LEFT JOIN returned_payout AS r ON r.account = l.account AND r.line_id = l.line_id
LEFT JOIN payout_of_line AS b ON b.account = l.account AND b.line_id = l.line_id
WHERE l.bucket <> 'payout' OR r.line_id IS NOT NULL
