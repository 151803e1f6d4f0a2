-- Fulfillments are a list of their order.
SELECT row_no, order_name, order_gid, unnest(list) AS j, generate_subscripts(list, 1) AS item_no
FROM (SELECT row_no, id AS order_gid, json_extract_string(j, '$.name') AS order_name, json_extract(j, '$.fulfillments[*]') AS list FROM stage.lines WHERE kind = 'Order' AND parent IS NULL)
