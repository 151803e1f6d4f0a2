/*
title = "Shop and Odoo do not have the same pieces on hand"
kind = "check"
rule = "Q-01"
code = "STOCK_DIFF"
severity = "medium"
class = "BUSINESS"
subject = "stock_level"
owner = "logistics"
why = "The shop sells what Odoo does not have, or does not sell what it has. The difference was the same on the last two days on which both were exported; what was sent or came back on one side alone is told at its order."
suggestion = "Count the product; correct the quantity in Odoo, or the level in the shop."
reads = ["stock_delta", "stock_told", "rule_parameter"]
against = ["stock_count"]
pack = "stock"

[parameters.pieces]
default = "0"
meaning = "pieces of a product in one location that may differ"
*/
SELECT d.entity, d.store, concat(d.place, '/', d.sku, '/', d.odoo_location) AS subject_key, NULL AS expected, NULL AS actual, NULL AS difference, NULL AS currency, NULL AS due_on,
  concat('The shop has ', CAST(CAST(d.own_pieces AS DECIMAL(18,2)) AS VARCHAR), ' pieces of ', d.sku, ' in ', d.locations, ', Odoo ', CAST(CAST(d.odoo_pieces AS DECIMAL(18,2)) AS VARCHAR), ' in ', d.odoo_location,
    ' on ', CAST(d.counted_on AS VARCHAR), '; the difference was the same on ', CAST(d.before_on AS VARCHAR), '.') AS cause, d.evidence, NULL AS candidates
FROM stock_delta AS d
JOIN rule_parameter AS k ON k.rule = 'Q-01' AND k.name = 'pieces' AND k.entity = d.entity
LEFT JOIN stock_told AS t ON t.place = d.place AND t.odoo_location = d.odoo_location AND t.sku = d.sku
WHERE d.store IS NOT NULL AND abs(d.difference) > CAST(k.value AS DECIMAL(18,4)) AND abs(d.difference) > coalesce(t.pieces, 0)
ORDER BY subject_key
