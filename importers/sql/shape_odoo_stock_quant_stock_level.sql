-- One row per product and location: its quants together.
SELECT min(row_no) AS row_no, feed_owner AS place, coalesce(reference, product) AS sku, location,
  CAST(sum(on_hand) AS DECIMAL(18,4)) AS on_hand, CAST(sum(on_hand - committed) AS DECIMAL(18,4)) AS available, CAST(sum(committed) AS DECIMAL(18,4)) AS committed,
  CAST(NULL AS DECIMAL(18,4)) AS unavailable, CAST(NULL AS DECIMAL(18,4)) AS incoming, CAST(sum(amount) AS DECIMAL(18,4)) AS amount,
  CAST(NULL AS DATE) AS counted_on, coalesce(min(broken) FILTER (WHERE broken <> ''), '') AS broken
FROM stage.declared GROUP BY feed_owner, coalesce(reference, product), location
