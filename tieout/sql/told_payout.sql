-- The first payout that the waiting file and a landed one of these importers both tell.
SELECT concat('the payout of ', regexp_replace(CAST(p.amount AS VARCHAR), CASE decimals_of(p.currency) WHEN 0 THEN '[.]0000$' WHEN 3 THEN '0$' WHEN 4 THEN '^$' ELSE '00$' END, ''), ' ', p.currency, ' on ', p.paid_on) AS what, f.name, f.importer
FROM stage.told AS t JOIN payout AS p ON p.account = $owner AND p.paid_on = t.paid_on AND p.currency = t.currency AND p.amount = t.amount
  JOIN file AS f ON f.file_id = p.file_id AND list_contains($rivals, f.importer)
ORDER BY p.paid_on, p.amount, f.name LIMIT 1
