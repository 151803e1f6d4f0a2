/*
title = "Pieces whose difference between shop and Odoo another finding explains"
kind = "fact"
why = "What was sent or came back on one side alone is told at its order or return; the stock differs for the same reason. Nothing where no stock differs."
reads = ["stock_delta", "finding", "sales_order_line_current", "order_return_current"]
*/
WITH named AS (
  SELECT f.subject_key, f.subject_kind FROM finding AS f WHERE f.code IN ('FULFILMENT_DIFF', 'RESTOCK_DIFF', 'RETURN_NOT_RECEIVED')
), ordered AS (
  SELECT DISTINCT l.store, l.order_name
  FROM named AS f JOIN sales_order_line_current AS l ON f.subject_key = concat(l.store, '/', l.order_name) WHERE f.subject_kind = 'order'
  UNION
  SELECT r.store, r.order_name FROM named AS f JOIN order_return_current AS r ON f.subject_key = concat(r.store, '/', r.return_id) WHERE f.subject_kind = 'order_return'
)
SELECT d.place, d.odoo_location, d.sku, CAST(sum(l.quantity) AS DECIMAL(18,4)) AS pieces
FROM stock_delta AS d
JOIN ordered AS o ON d.store IS NULL OR o.store = d.store
JOIN sales_order_line_current AS l ON l.store = o.store AND l.order_name = o.order_name AND l.sku = d.sku
GROUP BY d.place, d.odoo_location, d.sku
