-- Entities of the books.
SELECT DISTINCT entity, odoo_company FROM fact.map_entity ORDER BY entity
