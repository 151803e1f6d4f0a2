-- Orders, with what their lists say together: gateways, payment ids, and when the last successful payment came.
SELECT row_no, j, array_to_string(json_extract_string(j, '$.paymentGatewayNames[*]'), ' + ') AS gateways,
  array_to_string(list_sort(list_distinct(list_filter(json_extract_string(j, '$.transactions[*].paymentId'), lambda x: x IS NOT NULL))), ' + ') AS payment_list,
  (SELECT max(coalesce(json_extract_string(t.x, '$.processedAt'), json_extract_string(t.x, '$.createdAt')))
   FROM (SELECT unnest(json_extract(j, '$.transactions[*]')) AS x) AS t
   WHERE json_extract_string(t.x, '$.status') = 'SUCCESS' AND json_extract_string(t.x, '$.kind') IN ('SALE', 'CAPTURE')) AS last_payment,
  (SELECT max(json_extract_string(t.x, '$.createdAt')) FROM (SELECT unnest(json_extract(j, '$.fulfillments[*]')) AS x) AS t) AS last_fulfilment
FROM stage.lines WHERE kind = 'Order' AND parent IS NULL
