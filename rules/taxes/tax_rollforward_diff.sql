/*
title = "Liability for a tax is not what documents made of it"
kind = "check"
rule = "T-10"
code = "TAX_ROLLFORWARD_DIFF"
severity = "high"
class = "CONTROL"
subject = "account_balance"
owner = "tax"
why = "Orders and credit notes collect and give back, remittances take away; anything else on the account is tax that no sale made, or tax of a sale that is missing there. Orders with a finding about their tax, and entries with one, are that finding."
suggestion = "Look at what is named: move a tax that was booked to another account, reverse the entry, or correct the tax of the order."
reads = ["balance_told"]
needs = ["sales_order", "odoo_move", "odoo_journal_item"]
against = ["tax_item"]
*/
SELECT entity, NULL AS store, concat(entity, '/tax_payable/', account, '/', currency) AS subject_key, expected, actual, difference, currency, NULL AS due_on,
  concat('At the end of ', period, ' documents make ', CAST(expected AS VARCHAR), ' of ', account, ', Odoo has ', CAST(actual AS VARCHAR), '; first: ', first_words, '.') AS cause, evidence, candidates
FROM balance_told WHERE kind = 'tax_payable'
ORDER BY subject_key
