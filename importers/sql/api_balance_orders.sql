-- The orders that one balance transaction is made of.
SELECT row_no, line_gid, coin, unnest(list) AS j, generate_subscripts(list, 1) AS place, generate_subscripts(list, 1) AS item_no
FROM (SELECT row_no, id AS line_gid, json_extract_string(j, '$.amount.currencyCode') AS coin, json_extract(j, '$.adjustmentsOrders[*]') AS list FROM stage.lines WHERE kind = 'ShopifyPaymentsBalanceTransaction')
