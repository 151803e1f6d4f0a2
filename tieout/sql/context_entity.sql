-- What the mappings say of an entity.
SELECT NULL, e.entity, e.odoo_company, e.base_currency, NULL FROM fact.map_entity AS e WHERE e.entity = $owner
