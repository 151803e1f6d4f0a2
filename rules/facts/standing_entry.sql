/*
title = "Entries of Odoo that nothing has taken back"
kind = "fact"
why = "An entry that Odoo has reversed, or whose mirror Odoo holds under its reference (`… reversed`), books nothing any more; the mirror takes back the entry whose external id it carries on, else the first of that reference."
reads = ["odoo_move_current"]
*/
WITH entry AS (
  SELECT entity, odoo_id, external_id, name, ref, reversed_id, booked_on, file_id, row_no FROM odoo_move_current WHERE state = 'posted' AND move_type = 'entry' AND ref IS NOT NULL
), mirror AS (
  SELECT entity, left(ref, length(ref) - 9) AS ref, left(external_id, length(external_id) - 9) AS external_id FROM entry WHERE reversed_id IS NULL AND ends_with(ref, ' reversed')
), mirrors AS (
  SELECT entity, ref, count(*) AS mirrors FROM mirror GROUP BY entity, ref
), ranked AS (
  SELECT e.entity, e.odoo_id, e.external_id, e.name, e.ref, e.booked_on, e.file_id, e.row_no, coalesce(t.mirrors, 0) AS mirrors,
    row_number() OVER (PARTITION BY e.entity, e.ref ORDER BY CASE WHEN m.ref IS NULL THEN 1 ELSE 0 END, e.booked_on, length(e.odoo_id), e.odoo_id) AS place
  FROM entry AS e
  LEFT JOIN mirrors AS t ON t.entity = e.entity AND t.ref = e.ref
  LEFT JOIN (SELECT DISTINCT entity, ref, external_id FROM mirror) AS m ON m.entity = e.entity AND m.ref = e.ref AND m.external_id = e.external_id
  WHERE e.reversed_id IS NULL AND NOT EXISTS (SELECT 1 FROM entry AS r WHERE r.entity = e.entity AND r.reversed_id = e.odoo_id)
)
SELECT entity, odoo_id, external_id, name, ref, booked_on, file_id, row_no FROM ranked WHERE place > mirrors AND NOT ends_with(ref, ' reversed')
