/*
title = "Products of which a shop or warehouse counts other pieces than Odoo, twice by the same number"
kind = "fact"
why = "A difference counts where it was the same on both days. A product that the location does not keep, or of which Odoo never had pieces (a kit, a service), is not compared. Odoo keeps no row of nothing: what its export lacks is none."
reads = ["stock_count", "stock_piece"]
*/
WITH looked AS (
  SELECT entity, store, place, odoo_location, 1 AS place_no, counted_on AS day FROM stock_count
  UNION ALL
  SELECT entity, store, place, odoo_location, 2, before_on FROM stock_count
), own AS (
  SELECT b.place, b.odoo_location, b.place_no, l.sku, sum(l.on_hand) AS pieces, min(concat(l.file_id, ':', l.row_no)) AS evidence, string_agg(DISTINCT l.location, ', ' ORDER BY l.location) AS locations
  FROM looked AS b JOIN stock_piece AS l ON l.side = 'own' AND l.place = b.place AND l.odoo_location = b.odoo_location AND l.from_day <= b.day AND (l.to_day IS NULL OR l.to_day > b.day)
  WHERE l.on_hand IS NOT NULL
  GROUP BY b.place, b.odoo_location, b.place_no, l.sku
), held AS (
  SELECT b.place, b.odoo_location, b.place_no, l.sku, sum(l.on_hand) AS pieces, min(concat(l.file_id, ':', l.row_no)) AS evidence
  FROM looked AS b JOIN stock_piece AS l ON l.side = 'odoo' AND l.entity = b.entity AND l.odoo_location = b.odoo_location AND l.from_day <= b.day AND (l.to_day IS NULL OR l.to_day > b.day)
  GROUP BY b.place, b.odoo_location, b.place_no, l.sku
), ever AS (
  SELECT DISTINCT entity, sku FROM stock_piece WHERE side = 'odoo'
), compared AS (
  SELECT b.entity, b.store, b.place, b.odoo_location, b.day, b.place_no, w.sku, w.locations, w.pieces AS own_pieces, coalesce(h.pieces, 0) AS odoo_pieces, w.pieces - coalesce(h.pieces, 0) AS difference, concat_ws(' ', w.evidence, h.evidence) AS evidence
  FROM looked AS b JOIN own AS w ON w.place = b.place AND w.odoo_location = b.odoo_location AND w.place_no = b.place_no
  JOIN ever AS e ON e.entity = b.entity AND e.sku = w.sku
  LEFT JOIN held AS h ON h.place = b.place AND h.odoo_location = b.odoo_location AND h.place_no = b.place_no AND h.sku = w.sku
)
SELECT c.entity, c.store, c.place, c.locations, c.odoo_location, c.sku, c.day AS counted_on, f.day AS before_on, c.own_pieces, c.odoo_pieces, c.difference, c.evidence
FROM compared AS c JOIN compared AS f ON f.place = c.place AND f.odoo_location = c.odoo_location AND f.sku = c.sku AND f.place_no = 2 AND f.difference = c.difference
WHERE c.place_no = 1 AND c.difference <> 0
