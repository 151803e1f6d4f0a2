/*
title = "Every successful payment event with the account that its gateway means"
kind = "fact"
why = "Only successful events moved money; the ordinal counts all events of the order by time, failed ones included. A payment in another currency than its order's counts with what it is in the order's, where a settlement line shows that. The account is a processor's, or the word of a tender that nobody pays out; where it is neither, nobody follows the money."
reads = ["order_transaction_current", "map_store", "map_gateway", "map_processor_account", "tender_account", "payment_turned"]
*/
WITH counted AS (
  SELECT store, order_name, transaction_key, kind, gateway, status, amount, currency, created_at, created_on, is_test, file_id, row_no, item_no, known_at, order_id, transaction_id,
    row_number() OVER (PARTITION BY store, order_name ORDER BY created_at, kind DESC, transaction_key) AS ordinal
  FROM order_transaction_current
)
SELECT t.store, s.entity, t.order_name, t.ordinal, concat(t.store, '/', t.order_name, '/', coalesce(t.transaction_id, CAST(t.ordinal AS VARCHAR))) AS subject_key,
  CASE WHEN t.kind = 'refund' THEN 'refund' ELSE 'sale' END AS side, t.gateway, g.account, p.account IS NOT NULL AND k.account IS NULL AS by_processor,
  coalesce(w.amount, t.amount) AS amount, coalesce(w.currency, t.currency) AS currency, t.created_at, t.created_on, t.known_at, t.file_id, t.row_no, t.item_no, CASE WHEN k.account IS NOT NULL THEN k.account WHEN p.account IS NOT NULL THEN 'processor' END AS tender_kind
FROM counted AS t
LEFT JOIN map_store AS s ON s.store = t.store AND t.created_on BETWEEN s.valid_from AND s.valid_to
LEFT JOIN map_gateway AS g ON g.store = t.store AND g.gateway = t.gateway AND t.created_on BETWEEN g.valid_from AND g.valid_to
LEFT JOIN map_processor_account AS p ON p.account = g.account AND t.created_on BETWEEN p.valid_from AND p.valid_to
LEFT JOIN tender_account AS k ON k.account = g.account
LEFT JOIN payment_turned AS w ON w.store = t.store AND w.order_name = t.order_name AND w.transaction_key = t.transaction_key
WHERE t.status = 'success' AND t.kind IN ('sale', 'capture', 'refund') AND NOT t.is_test
