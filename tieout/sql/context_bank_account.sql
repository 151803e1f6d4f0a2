-- What the mappings say of a bank account on a day.
SELECT NULL, b.entity, e.odoo_company, b.currency, b.iban_or_number FROM fact.map_bank_account AS b
LEFT JOIN (SELECT entity, odoo_company, base_currency FROM fact.map_entity QUALIFY row_number() OVER (PARTITION BY entity ORDER BY CASE WHEN CAST($day AS DATE) BETWEEN valid_from AND valid_to THEN 0 ELSE 1 END, valid_from DESC) = 1) AS e ON e.entity = b.entity
WHERE b.bank_account = $owner
ORDER BY CASE WHEN CAST($day AS DATE) BETWEEN b.valid_from AND b.valid_to THEN 0 ELSE 1 END, b.valid_from DESC LIMIT 1
