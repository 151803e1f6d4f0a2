-- The bank accounts that the mappings know by a number: a bank's file may hold statements of several.
SELECT b.bank_account, b.iban_or_number, coalesce(b.currency, '') FROM fact.map_bank_account AS b WHERE b.iban_or_number <> '' ORDER BY b.bank_account
