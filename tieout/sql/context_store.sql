-- What the mappings say of a store on a day: processor, entity, company, currency, number.
SELECT NULL, s.entity, e.odoo_company, s.currency, NULL FROM fact.map_store AS s
LEFT JOIN (SELECT entity, odoo_company, base_currency FROM fact.map_entity QUALIFY row_number() OVER (PARTITION BY entity ORDER BY CASE WHEN CAST($day AS DATE) BETWEEN valid_from AND valid_to THEN 0 ELSE 1 END, valid_from DESC) = 1) AS e ON e.entity = s.entity
WHERE s.store = $owner
ORDER BY CASE WHEN CAST($day AS DATE) BETWEEN s.valid_from AND s.valid_to THEN 0 ELSE 1 END, s.valid_from DESC LIMIT 1
