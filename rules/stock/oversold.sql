/*
title = "More of a product was sold than there is"
kind = "check"
rule = "Q-08"
code = "OVERSOLD"
severity = "medium"
class = "BUSINESS"
subject = "stock_level"
owner = "logistics"
why = "The shop has fewer than no pieces that can be sold, all its locations together: somebody waits for goods that nobody has. Where the shop sells ahead on purpose, `pieces` says how far."
suggestion = "Get the goods, or tell the customers and cancel; stop selling the product without stock."
reads = ["pack_on", "stock_level_current", "map_store", "rule_parameter", "run_context"]
pack = "stock"

[parameters.pieces]
default = "0"
meaning = "pieces of a product that a shop may sell ahead"
*/
WITH sold AS (
  SELECT place, sku, sum(available) AS available, coalesce(sum(committed), 0) AS committed, count(*) AS locations, min(concat(file_id, ':', row_no)) AS evidence
  FROM stock_level_current GROUP BY place, sku HAVING sum(available) < 0
)
SELECT m.entity, m.store, concat(m.store, '/', s.sku) AS subject_key, NULL AS expected, NULL AS actual, NULL AS difference, NULL AS currency, NULL AS due_on,
  concat('Of ', s.sku, ' the shop has ', CAST(CAST(s.available AS DECIMAL(18,2)) AS VARCHAR), ' pieces to sell', CASE WHEN s.locations > 1 THEN concat(' in its ', s.locations, ' locations') ELSE '' END, '; ', CAST(CAST(s.committed AS DECIMAL(18,2)) AS VARCHAR), ' are promised to orders.') AS cause,
  s.evidence, NULL AS candidates
FROM sold AS s
JOIN map_store AS m ON m.store = s.place JOIN run_context AS r ON r.as_of BETWEEN m.valid_from AND m.valid_to
JOIN pack_on AS o ON o.entity = m.entity AND o.pack = 'stock'
JOIN rule_parameter AS k ON k.rule = 'Q-08' AND k.name = 'pieces' AND k.entity = m.entity
WHERE -s.available > CAST(k.value AS DECIMAL(18,4))
ORDER BY subject_key
