-- Refunds: a list of their order, or objects of the second query.
SELECT row_no, item_no, order_name, x AS j FROM (
  SELECT row_no, order_name, unnest(list) AS x, generate_subscripts(list, 1) AS item_no
  FROM (SELECT row_no, json_extract_string(j, '$.name') AS order_name, json_extract(j, '$.refunds[*]') AS list FROM stage.lines WHERE kind = 'Order' AND parent IS NULL)
)
UNION ALL
SELECT row_no, 0 AS item_no, json_extract_string(j, '$.order.name') AS order_name, j FROM stage.lines WHERE kind = 'Refund' AND parent IS NULL
