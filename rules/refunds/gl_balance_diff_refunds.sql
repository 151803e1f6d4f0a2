/*
title = "Refunds payable in Odoo are not those that failed"
kind = "check"
rule = "A-02"
code = "GL_BALANCE_DIFF"
severity = "high"
class = "CONTROL"
subject = "account_balance"
owner = "accounting"
why = "Where accounts.csv has an account of the role `refunds_payable`, only refunds that failed and those that paid them again move it; what stays there is owed to nobody. A refund that failed and was not paid again is a finding of its own (F-08), booked or not."
suggestion = "Look at the entries that are named: reverse them, or book the repayment."
reads = ["balance_told"]
needs = ["settlement_line", "odoo_move", "odoo_journal_item"]
against = ["refund_owed_item"]
*/
SELECT entity, NULL AS store, concat(entity, '/refunds_payable/', account, '/', currency) AS subject_key, expected, actual, difference, currency, NULL AS due_on,
  concat('At the end of ', period, ' refunds that failed make ', CAST(expected AS VARCHAR), ' on account ', account, ', Odoo has ', CAST(actual AS VARCHAR), ' with what is not booked yet; first: ', first_words, '.') AS cause, evidence, candidates
FROM balance_told WHERE kind = 'refunds_payable'
ORDER BY subject_key
