-- What the mappings say of a bank account.
SELECT NULL, b.entity, e.odoo_company, b.currency, b.iban_or_number FROM fact.map_bank_account AS b LEFT JOIN fact.map_entity AS e ON e.entity = b.entity WHERE b.bank_account = $owner
