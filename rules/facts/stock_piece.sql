/*
title = "Counted pieces in mapped locations, with the days from and to which each count held"
kind = "fact"
why = "A row that comes again the same is not kept twice: a count holds until another of its location takes its place, or lacks the product."
reads = ["stock_place", "stock_level", "row_superseded"]
*/
SELECT p.entity, p.store, p.place, p.location, p.side, p.odoo_location, l.sku, l.on_hand, CAST(l.known_at AS DATE) AS from_day, CAST(min(x.known_at) AS DATE) AS to_day, l.file_id, l.row_no
FROM stock_place AS p JOIN stock_level AS l ON l.place = p.place AND l.location = p.location
LEFT JOIN row_superseded AS x ON x.table_name = 'stock_level' AND x.file_id = l.file_id AND x.row_no = l.row_no AND x.sub_no = l.item_no
GROUP BY p.entity, p.store, p.place, p.location, p.side, p.odoo_location, l.sku, l.on_hand, l.known_at, l.file_id, l.row_no
