/*
title = "Payouts in transit in Odoo are not those on their way"
kind = "check"
rule = "A-02"
code = "GL_BALANCE_DIFF"
severity = "high"
class = "CONTROL"
subject = "account_balance"
owner = "accounting"
why = "Only payouts and what the bank received of them move the account. A payout that is booked twice or otherwise, and a bank line that no payout explains, are findings of their own; what is only not booked yet is none."
suggestion = "Look at the entries that are named: reverse what belongs on another account, and give a receipt the bank's reference."
reads = ["balance_told"]
needs = ["payout", "bank_line", "odoo_move", "odoo_journal_item"]
against = ["transit_item"]
*/
SELECT entity, NULL AS store, concat(entity, '/payouts_in_transit/', account, '/', currency) AS subject_key, expected, actual, difference, currency, NULL AS due_on,
  concat('At the end of ', period, ' payouts and bank lines make ', CAST(expected AS VARCHAR), ' on account ', account, ', Odoo has ', CAST(actual AS VARCHAR), ' with what is not booked yet; first: ', first_words, '.') AS cause, evidence, candidates
FROM balance_told WHERE kind = 'payouts_in_transit'
ORDER BY subject_key
