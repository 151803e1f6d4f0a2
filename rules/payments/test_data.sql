/*
title = "Test payment in the books"
kind = "check"
rule = "C-13"
code = "TEST_DATA"
severity = "block"
class = "DATA"
subject = "order_transaction"
owner = "store-operations"
why = "A test order is no sale."
suggestion = "Exclude the test order at the source."
reads = ["order_transaction_current", "map_store"]
*/
SELECT m.entity, t.store, concat(t.store, '/', t.order_name, '/', t.transaction_key) AS subject_key, CAST(0 AS DECIMAL(18,4)) AS expected, t.amount AS actual, t.amount AS difference, t.currency,
  NULL AS due_on, concat('Order ', t.order_name, ' was paid through the test gateway ', t.gateway, '.') AS cause, concat(t.file_id, ':', t.row_no) AS evidence, NULL AS candidates
FROM order_transaction_current AS t LEFT JOIN map_store AS m ON m.store = t.store AND t.created_on BETWEEN m.valid_from AND m.valid_to WHERE t.is_test
ORDER BY subject_key
