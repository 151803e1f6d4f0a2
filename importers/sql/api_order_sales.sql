-- Sales are children of an agreement, which is a child of its order.
SELECT l.row_no, l.j, json_extract_string(o.j, '$.name') AS order_name, a.id AS agreement_gid, json_extract_string(a.j, '$.reason') AS reason,
  json_extract_string(a.j, '$.happenedAt') AS happened
FROM stage.lines AS l JOIN stage.lines AS a ON a.id = l.parent AND a.kind LIKE '%Agreement' JOIN stage.lines AS o ON o.id = a.parent AND o.kind = 'Order'
WHERE l.kind LIKE '%Sale'
