-- Taxes are a list of their order.
SELECT row_no, order_name, unnest(list) AS j, generate_subscripts(list, 1) AS tax_no
FROM (SELECT row_no, json_extract_string(j, '$.name') AS order_name, json_extract(j, '$.taxLines[*]') AS list FROM stage.lines WHERE kind = 'Order' AND parent IS NULL)
