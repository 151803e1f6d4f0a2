-- What the mappings say of a processor account.
SELECT a.processor, a.entity, e.odoo_company, a.currency, NULL FROM fact.map_processor_account AS a LEFT JOIN fact.map_entity AS e ON e.entity = a.entity WHERE a.account = $owner
