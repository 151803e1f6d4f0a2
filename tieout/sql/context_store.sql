-- What the mappings say of a store: processor, entity, company, currency, number.
SELECT NULL, s.entity, e.odoo_company, s.currency, NULL FROM fact.map_store AS s LEFT JOIN fact.map_entity AS e ON e.entity = s.entity WHERE s.store = $owner
