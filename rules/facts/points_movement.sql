/*
title = "Movements of loyalty points in money, with the account that owes them"
kind = "fact"
why = "The amount is the file's, with the sign of the points, else the points times their value (parameter `value` of B-01); months that began before the pack was switched on do not count. The account is of the role `points_liability`, of the programme where a row names it. Nothing where the pack `loyalty` is off."
reads = ["pack_on", "loyalty_movement_current", "map_store", "map_account", "rule_parameter"]
*/
SELECT s.entity, m.store, m.program, coalesce(a.odoo_account, e.odoo_account) AS odoo_account, m.currency, m.moved_on, CAST(date_trunc('month', CAST(date_trunc('month', o.since - 1) AS DATE) + 31) AS DATE) AS begins_on, m.points,
  CASE WHEN m.amount IS NOT NULL THEN CASE WHEN m.points < 0 THEN - abs(m.amount) ELSE abs(m.amount) END WHEN CAST(k.value AS DECIMAL(18,6)) > 0 THEN CAST(m.points * CAST(k.value AS DECIMAL(12,6)) AS DECIMAL(18,4)) END AS amount, m.file_id, m.row_no
FROM pack_on AS o
JOIN map_store AS s ON s.entity = o.entity
JOIN loyalty_movement_current AS m ON m.store = s.store AND m.moved_on BETWEEN s.valid_from AND s.valid_to
JOIN rule_parameter AS k ON k.rule = 'B-01..03' AND k.name = 'value' AND k.entity = s.entity
LEFT JOIN map_account AS a ON a.entity = s.entity AND a.role = 'points_liability' AND a.qualifier = m.program AND m.moved_on BETWEEN a.valid_from AND a.valid_to
LEFT JOIN map_account AS e ON e.entity = s.entity AND e.role = 'points_liability' AND e.qualifier IS NULL AND m.moved_on BETWEEN e.valid_from AND e.valid_to
WHERE o.pack = 'loyalty' AND coalesce(a.odoo_account, e.odoo_account) IS NOT NULL AND m.moved_on >= CAST(date_trunc('month', CAST(date_trunc('month', o.since - 1) AS DATE) + 31) AS DATE)
