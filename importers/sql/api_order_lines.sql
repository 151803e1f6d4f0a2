-- Lines are children of their order.
SELECT l.row_no, l.j, json_extract_string(o.j, '$.name') AS order_name
FROM stage.lines AS l JOIN stage.lines AS o ON o.id = l.parent AND o.kind = 'Order'
WHERE l.kind = 'LineItem'
