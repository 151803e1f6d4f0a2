-- Balance transactions; the order of one that names a single order, in its own field or among those that it adjusts.
SELECT row_no, j, CASE WHEN json_extract_string(j, '$.test') = 'true' THEN concat('test_', lower(json_extract_string(j, '$.type'))) ELSE lower(json_extract_string(j, '$.type')) END AS own_type,
  coalesce(json_extract_string(j, '$.associatedOrder.name'), CASE WHEN len(json_extract_string(j, '$.adjustmentsOrders[*].name')) = 1 THEN json_extract_string(j, '$.adjustmentsOrders[0].name') END) AS one_order
FROM stage.lines WHERE kind = 'ShopifyPaymentsBalanceTransaction'
