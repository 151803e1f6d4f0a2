/*
title = "Locations of shops and warehouses, and the location of Odoo that each of them is"
kind = "fact"
why = "A row of accounts.csv says it: role `stock_location`, the location as the shop or the warehouse writes it, and Odoo's own. A location of Odoo is part of the longest one mapped that it lies in. Nothing where the pack `stock` is off."
reads = ["pack_on", "map_account", "map_store", "map_entity", "stock_level", "run_context"]
*/
WITH wanted AS (
  SELECT o.entity, a.qualifier, a.odoo_account AS odoo_location
  FROM pack_on AS o JOIN map_account AS a ON a.entity = o.entity AND a.role = 'stock_location' JOIN run_context AS r ON r.as_of BETWEEN a.valid_from AND a.valid_to
  WHERE o.pack = 'stock' AND a.qualifier IS NOT NULL
), owner AS (
  SELECT s.store AS place, s.store, s.entity FROM map_store AS s JOIN run_context AS r ON r.as_of BETWEEN s.valid_from AND s.valid_to
  UNION ALL
  SELECT DISTINCT e.entity, NULL, e.entity FROM map_entity AS e
), known AS (
  SELECT place, location FROM stock_level GROUP BY place, location
), shelf AS (
  SELECT k.place, k.location, w.odoo_location, row_number() OVER (PARTITION BY k.place, k.location ORDER BY length(w.odoo_location) DESC) AS rank
  FROM known AS k JOIN (SELECT DISTINCT entity, odoo_location FROM wanted) AS w ON w.entity = k.place AND (k.location = w.odoo_location OR starts_with(k.location, concat(w.odoo_location, '/')))
)
SELECT w.entity, o.store, k.place, k.location, 'own' AS side, w.odoo_location
FROM wanted AS w JOIN owner AS o ON o.entity = w.entity JOIN known AS k ON k.place = o.place AND k.location = w.qualifier
UNION ALL
SELECT s.place, NULL, s.place, s.location, 'odoo', s.odoo_location FROM shelf AS s WHERE s.rank = 1
