/*
title = "Settlement lines of orders that no export holds"
kind = "fact"
why = "By the name of the order, or by its number in the shop."
reads = ["order_missing", "settlement_line_current", "account_store"]
*/
SELECT l.account, l.line_id, min(m.store) AS store, min(m.order_name) AS order_name
FROM settlement_line_current AS l JOIN account_store AS a ON a.account = l.account
JOIN order_missing AS m ON m.store = a.store AND m.order_name = l.order_name
GROUP BY l.account, l.line_id
UNION
SELECT l.account, l.line_id, min(m.store), min(m.order_name)
FROM settlement_line_current AS l JOIN account_store AS a ON a.account = l.account
JOIN order_missing AS m ON m.store = a.store AND m.order_id = l.order_id
WHERE l.order_name IS NULL
GROUP BY l.account, l.line_id
