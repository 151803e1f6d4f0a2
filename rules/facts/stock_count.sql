/*
title = "The last two days on which a shop or warehouse and Odoo were both counted"
kind = "fact"
why = "Two exports are never of one moment: what differs once may be on its way, what differs twice by the same pieces is not."
reads = ["stock_piece"]
*/
WITH own_day AS (
  SELECT DISTINCT entity, store, place, odoo_location, from_day AS day FROM stock_piece WHERE side = 'own'
), odoo_day AS (
  SELECT DISTINCT entity, odoo_location, from_day AS day FROM stock_piece WHERE side = 'odoo'
), paired AS (
  SELECT w.entity, w.store, w.place, w.odoo_location, w.day, row_number() OVER (PARTITION BY w.place, w.odoo_location ORDER BY w.day DESC) AS place_no
  FROM own_day AS w JOIN odoo_day AS o ON o.entity = w.entity AND o.odoo_location = w.odoo_location AND o.day = w.day
)
SELECT c.entity, c.store, c.place, c.odoo_location, c.day AS counted_on, b.day AS before_on
FROM paired AS c JOIN paired AS b ON b.place = c.place AND b.odoo_location = c.odoo_location AND b.place_no = 2
WHERE c.place_no = 1
