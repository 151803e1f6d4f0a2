-- The first order whose payments the waiting file and a landed one of these importers both tell.
SELECT concat('the payments of order ', o.order_name) AS what, f.name, f.importer
FROM stage.told AS t JOIN order_transaction AS o ON o.store = $owner AND o.order_name = t.order_name
  JOIN file AS f ON f.file_id = o.file_id AND list_contains($rivals, f.importer)
ORDER BY o.order_name, f.name LIMIT 1
