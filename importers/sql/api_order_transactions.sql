-- Transactions are a list of their order; a captured one counts when it was processed.
SELECT row_no, item_no, order_name, order_gid, x AS j, coalesce(json_extract_string(x, '$.processedAt'), json_extract_string(x, '$.createdAt')) AS happened
FROM (
  SELECT row_no, order_name, order_gid, unnest(list) AS x, generate_subscripts(list, 1) AS item_no
  FROM (SELECT row_no, id AS order_gid, json_extract_string(j, '$.name') AS order_name, json_extract(j, '$.transactions[*]') AS list FROM stage.lines WHERE kind = 'Order' AND parent IS NULL)
)
