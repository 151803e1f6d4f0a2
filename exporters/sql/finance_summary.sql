-- The day's sales and tenders by role: sales, shipping, tips, tax and discounts against clearing, gift cards and receivable; it balances per day and currency.
WITH mine AS (
  SELECT o.store, o.order_name, o.created_on AS day, o.currency, o.subtotal, o.shipping, o.taxes, o.total, o.discount, lower(s.taxes_included) = 'true' AS included
  FROM sales_order_current AS o JOIN map_store AS s ON s.store = o.store AND o.created_on BETWEEN s.valid_from AND s.valid_to
  WHERE s.entity = $entity AND o.created_on <= CAST($as_of AS DATE) AND o.financial_status NOT IN ('voided', 'expired')
), tip AS (
  SELECT l.store, l.order_name, sum(l.quantity * l.unit_price) AS tips FROM sales_order_line_current AS l WHERE l.is_tip GROUP BY l.store, l.order_name
), piece AS (
  SELECT day, 'sales' AS role, CAST(NULL AS VARCHAR) AS qualifier, currency, - (total - coalesce(t.tips, 0) - taxes - shipping + discount) AS amount FROM mine AS m LEFT JOIN tip AS t ON t.store = m.store AND t.order_name = m.order_name
  UNION ALL SELECT day, 'discounts', NULL, currency, discount FROM mine
  UNION ALL SELECT day, 'shipping', NULL, currency, - shipping FROM mine
  UNION ALL SELECT day, 'tax', NULL, currency, - taxes FROM mine
  UNION ALL SELECT day, 'tips', NULL, currency, - t.tips FROM mine AS m JOIN tip AS t ON t.store = m.store AND t.order_name = m.order_name
  UNION ALL SELECT day, 'receivable', NULL, currency, total FROM mine
  UNION ALL
  SELECT t.created_on, CASE WHEN g.account IS NULL THEN 'suspense' ELSE coalesce(k.role, 'clearing') END,
    coalesce(g.account, t.gateway), t.currency, CASE WHEN t.kind = 'refund' THEN - t.amount ELSE t.amount END
  FROM order_transaction_current AS t JOIN map_store AS s ON s.store = t.store AND s.entity = $entity AND t.created_on BETWEEN s.valid_from AND s.valid_to
    LEFT JOIN map_gateway AS g ON g.store = t.store AND g.gateway = t.gateway AND t.created_on BETWEEN g.valid_from AND g.valid_to
    LEFT JOIN tender_account AS k ON k.account = g.account
  WHERE t.status = 'success' AND t.kind IN ('sale', 'capture', 'refund') AND t.created_on <= CAST($as_of AS DATE)
  UNION ALL
  SELECT t.created_on, CASE WHEN t.kind = 'refund' THEN 'returns' ELSE 'receivable' END, NULL, t.currency, CASE WHEN t.kind = 'refund' THEN t.amount ELSE - t.amount END
  FROM order_transaction_current AS t JOIN map_store AS s ON s.store = t.store AND s.entity = $entity AND t.created_on BETWEEN s.valid_from AND s.valid_to
  WHERE t.status = 'success' AND t.kind IN ('sale', 'capture', 'refund') AND t.created_on <= CAST($as_of AS DATE)
), summed AS (
  SELECT day, role, qualifier, currency, CAST(sum(amount) AS DECIMAL(38,4)) AS amount FROM piece GROUP BY day, role, qualifier, currency HAVING sum(amount) <> 0
)
SELECT day, role, qualifier, currency, CASE WHEN amount > 0 THEN amount ELSE 0 END AS debit, CASE WHEN amount < 0 THEN - amount ELSE 0 END AS credit
FROM summed ORDER BY strftime(day, '%Y-%m'), currency, day, role, qualifier NULLS FIRST
