/*
title = "Order numbers are missing"
kind = "check"
rule = "O-15"
code = "ORDER_SEQUENCE_GAP"
severity = "medium"
class = "DATA"
subject = "order"
owner = "store-operations"
why = "A shop counts its orders up by one; numbers that no export has mean orders that nobody looks at. Their payments, settlement lines and entries are part of this finding, which shows what was paid for them."
suggestion = "Export the orders of those days again; a deleted order or a draft leaves a gap for good, which may be resolved."
reads = ["order_gap", "map_store", "order_missing", "tender"]
waits_for = ["sales_order"]
*/
WITH paid AS (
  SELECT store, next_name, min(amount) AS amount, min(currency) AS currency FROM (
    SELECT m.store, m.next_name, t.currency, sum(CASE WHEN t.side = 'refund' THEN - t.amount ELSE t.amount END) AS amount
    FROM (SELECT DISTINCT store, next_name, order_name FROM order_missing) AS m JOIN tender AS t ON t.store = m.store AND t.order_name = m.order_name GROUP BY m.store, m.next_name, t.currency) AS s
  GROUP BY store, next_name HAVING count(*) = 1
)
SELECT m.entity, f.store, concat(f.store, '/', f.next_name) AS subject_key, CAST(NULL AS DECIMAL(18,4)) AS expected, CAST(p.amount AS DECIMAL(18,4)) AS actual,
  CAST(p.amount AS DECIMAL(18,4)) AS difference, p.currency, NULL AS due_on,
  concat(CASE WHEN f.number - f.before_number = 2 THEN '1 order is' ELSE concat(f.number - f.before_number - 1, ' orders are') END, ' missing before ', f.next_name, ': ',
    f.prefix, f.before_number + 1, f.suffix, CASE WHEN f.number - f.before_number > 2 THEN concat(' to ', f.prefix, f.number - 1, f.suffix) ELSE '' END, '.', CASE WHEN p.amount IS NOT NULL THEN concat(' Payments of ', CAST(p.amount AS VARCHAR), ' name ', CASE WHEN f.number - f.before_number = 2 THEN 'it.' ELSE 'them.' END) ELSE '' END) AS cause,
  concat(f.file_id, ':', f.row_no) AS evidence, NULL AS candidates
FROM order_gap AS f LEFT JOIN map_store AS m ON m.store = f.store AND f.created_on BETWEEN m.valid_from AND m.valid_to
LEFT JOIN paid AS p ON p.store = f.store AND p.next_name = f.next_name
ORDER BY subject_key
