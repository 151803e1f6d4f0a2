-- What the mappings say of an entity on a day.
SELECT NULL, e.entity, e.odoo_company, e.base_currency, NULL FROM fact.map_entity AS e
WHERE e.entity = $owner
ORDER BY CASE WHEN CAST($day AS DATE) BETWEEN e.valid_from AND e.valid_to THEN 0 ELSE 1 END, e.valid_from DESC LIMIT 1
