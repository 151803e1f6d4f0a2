-- What a refund gives back: pieces, shipping, adjustments, duties; as children of the refund or as its own lists.
WITH refund AS (
  SELECT row_no, id, json_extract_string(j, '$.order.name') AS order_name, j FROM stage.lines WHERE kind = 'Refund' AND parent IS NULL
), part AS (
  SELECT l.row_no, r.id AS refund_gid, r.order_name, CASE l.kind WHEN 'RefundLineItem' THEN 'product' WHEN 'RefundShippingLine' THEN 'shipping' ELSE 'adjustment' END AS line_kind, l.j AS x
  FROM stage.lines AS l JOIN refund AS r ON r.id = l.parent WHERE l.kind IN ('RefundLineItem', 'RefundShippingLine', 'OrderAdjustment')
  UNION ALL SELECT row_no, id, order_name, 'product', unnest(list_concat(json_extract(j, '$.refundLineItems.nodes[*]'), json_extract(j, '$.refundLineItems.edges[*].node'))) FROM refund
  UNION ALL SELECT row_no, id, order_name, 'shipping', unnest(list_concat(json_extract(j, '$.refundShippingLines.nodes[*]'), json_extract(j, '$.refundShippingLines.edges[*].node'))) FROM refund
  UNION ALL SELECT row_no, id, order_name, 'adjustment', unnest(list_concat(json_extract(j, '$.orderAdjustments.nodes[*]'), json_extract(j, '$.orderAdjustments.edges[*].node'))) FROM refund
  UNION ALL SELECT row_no, id, order_name, 'duty', unnest(json_extract(j, '$.duties[*]')) FROM refund
), money AS (
  SELECT *, coalesce(json_extract(x, '$.subtotalSet.shopMoney'), json_extract(x, '$.subtotalAmountSet.shopMoney'), json_extract(x, '$.amountSet.shopMoney')) AS gross,
    coalesce(json_extract_string(x, '$.totalTaxSet.shopMoney.amount'), json_extract_string(x, '$.taxAmountSet.shopMoney.amount')) AS tax
  FROM part
)
SELECT row_no, row_number() OVER (PARTITION BY row_no ORDER BY line_kind, CAST(x AS VARCHAR)) AS item_no, refund_gid, order_name, line_kind, x AS j, json_extract_string(gross, '$.amount') AS gross, json_extract_string(gross, '$.currencyCode') AS coin, tax,
  coalesce(nullif(regexp_extract(json_extract_string(x, '$.id'), '/([0-9]+)', 1), ''), concat(line_kind, ' ', row_number() OVER (PARTITION BY refund_gid, line_kind ORDER BY row_no, CAST(x AS VARCHAR)))) AS own_id
FROM money
