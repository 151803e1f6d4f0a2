/*
title = "The last two days on which a shop or warehouse and Odoo were both counted"
kind = "fact"
why = "Two exports are never of one moment: what differs once may be on its way, what differs twice by the same pieces is not. A whole export (four fifths of what is known there) in which nothing of the location changed has counted it too, the same file again where no other came between."
reads = ["stock_piece", "stock_level", "stock_level_current", "file"]
*/
WITH source AS (
  SELECT l.place, f.importer, f.context, c.pieces
  FROM (SELECT DISTINCT place, file_id FROM stock_level) AS l JOIN file AS f ON f.file_id = l.file_id AND f.state <> 'duplicate' JOIN (SELECT place, count(*) AS pieces FROM stock_level_current GROUP BY place) AS c ON c.place = l.place
  GROUP BY l.place, f.importer, f.context, c.pieces
), whole AS (
  SELECT s.place, CAST(f.known_at AS DATE) AS day
  FROM source AS s JOIN file AS o ON o.importer = s.importer AND o.context = s.context AND o.state <> 'duplicate' AND o.rows * 5 >= s.pieces * 4
  JOIN file AS f ON f.file_id = o.file_id
  WHERE NOT EXISTS (SELECT 1 FROM file AS n WHERE n.importer = s.importer AND n.context = s.context AND n.state <> 'duplicate' AND n.known_at > o.known_at AND n.known_at <= f.known_at)
  GROUP BY s.place, CAST(f.known_at AS DATE)
), day AS (
  SELECT DISTINCT entity, store, place, odoo_location, side, from_day AS day FROM stock_piece
  UNION
  SELECT DISTINCT p.entity, p.store, p.place, p.odoo_location, p.side, w.day FROM stock_piece AS p JOIN whole AS w ON w.place = p.place AND w.day >= p.from_day
), own_day AS (
  SELECT entity, store, place, odoo_location, day FROM day WHERE side = 'own'
), odoo_day AS (
  SELECT DISTINCT entity, odoo_location, day FROM day WHERE side = 'odoo'
), paired AS (
  SELECT w.entity, w.store, w.place, w.odoo_location, w.day, row_number() OVER (PARTITION BY w.place, w.odoo_location ORDER BY w.day DESC) AS place_no
  FROM own_day AS w JOIN odoo_day AS o ON o.entity = w.entity AND o.odoo_location = w.odoo_location AND o.day = w.day
)
SELECT c.entity, c.store, c.place, c.odoo_location, c.day AS counted_on, b.day AS before_on
FROM paired AS c JOIN paired AS b ON b.place = c.place AND b.odoo_location = c.odoo_location AND b.place_no = 2
WHERE c.place_no = 1
