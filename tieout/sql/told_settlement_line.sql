-- The first day that the waiting file and a landed one of these importers both tell, per currency.
SELECT concat('the day ', l.booked_on, ' in ', l.currency) AS what, f.name, f.importer
FROM stage.told AS t JOIN settlement_line AS l ON l.account = $owner AND l.booked_on = t.booked_on AND l.currency = t.currency
  JOIN file AS f ON f.file_id = l.file_id AND list_contains($rivals, f.importer)
ORDER BY l.booked_on, l.currency, f.name LIMIT 1
