-- Entities of the books with their company on a day; one whose rows have all ended keeps its last.
SELECT entity, odoo_company FROM fact.map_entity
QUALIFY row_number() OVER (PARTITION BY entity ORDER BY CASE WHEN CAST($day AS DATE) BETWEEN valid_from AND valid_to THEN 0 ELSE 1 END, valid_from DESC) = 1
ORDER BY entity
