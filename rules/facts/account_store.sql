/*
title = "Which store a processor account serves"
kind = "fact"
why = "An order name is unique within its store only, so a line finds its order through the store that its account serves."
reads = ["map_gateway", "map_processor_account", "map_store"]
*/
SELECT g.account, g.store, max(s.entity) AS entity
FROM map_gateway AS g
JOIN map_processor_account AS p ON p.account = g.account
JOIN map_store AS s ON s.store = g.store
GROUP BY g.account, g.store
