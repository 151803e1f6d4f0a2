-- What the mappings say of a processor account on a day.
SELECT a.processor, a.entity, e.odoo_company, a.currency, NULL FROM fact.map_processor_account AS a
LEFT JOIN (SELECT entity, odoo_company, base_currency FROM fact.map_entity QUALIFY row_number() OVER (PARTITION BY entity ORDER BY CASE WHEN CAST($day AS DATE) BETWEEN valid_from AND valid_to THEN 0 ELSE 1 END, valid_from DESC) = 1) AS e ON e.entity = a.entity
WHERE a.account = $owner
ORDER BY CASE WHEN CAST($day AS DATE) BETWEEN a.valid_from AND a.valid_to THEN 0 ELSE 1 END, a.valid_from DESC LIMIT 1
