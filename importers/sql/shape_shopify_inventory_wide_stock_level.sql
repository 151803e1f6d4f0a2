-- As the long form; here the name of a column was the location.
SELECT min(row_no) AS row_no, feed_owner AS place, coalesce(own_sku, concat_ws(' / ', handle, option_1, option_2, option_3)) AS sku, location,
  CAST(sum(on_hand) AS DECIMAL(18,4)) AS on_hand, CAST(sum(available) AS DECIMAL(18,4)) AS available, CAST(sum(committed) AS DECIMAL(18,4)) AS committed,
  CAST(sum(unavailable) AS DECIMAL(18,4)) AS unavailable, CAST(sum(incoming) AS DECIMAL(18,4)) AS incoming,
  row_number() OVER (PARTITION BY min(row_no) ORDER BY location) AS item_no,
  coalesce(min(broken) FILTER (WHERE broken <> ''), '') AS broken
FROM stage.declared GROUP BY feed_owner, coalesce(own_sku, concat_ws(' / ', handle, option_1, option_2, option_3)), location
