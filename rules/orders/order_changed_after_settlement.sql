/*
title = "Order changed after it was settled"
kind = "check"
rule = "K-06"
code = "ORDER_CHANGED_AFTER_SETTLEMENT"
severity = "medium"
class = "BUSINESS"
subject = "order"
owner = "accounting"
why = "Books already rest on the older version. The same number in another currency is another amount."
suggestion = "Book a dated correction in the open period; never edit the old entry."
reads = ["order_fact", "sales_order_current"]
against = ["settlement_line"]
*/
SELECT o.entity, o.store, concat(o.store, '/', o.order_name) AS subject_key, o.total AS expected, n.total AS actual, CASE WHEN n.currency <> o.currency THEN o.total ELSE o.total - n.total END AS difference, o.currency, NULL AS due_on,
  concat('Order ', o.order_name, ' was ', CAST(o.total AS VARCHAR), CASE WHEN n.currency <> o.currency THEN concat(' ', o.currency) ELSE '' END, ' when it was settled and is ', CAST(n.total AS VARCHAR), CASE WHEN n.currency <> o.currency THEN concat(' ', n.currency) ELSE '' END, ' now.') AS cause,
  concat(o.file_id, ':', o.row_no, ' ', n.file_id, ':', n.row_no) AS evidence, NULL AS candidates
FROM order_fact AS o JOIN sales_order_current AS n ON n.store = o.store AND n.order_name = o.order_name
WHERE n.total <> o.total OR n.taxes <> o.taxes OR n.currency <> o.currency
ORDER BY subject_key
