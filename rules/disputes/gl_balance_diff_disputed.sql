/*
title = "Disputed funds in Odoo are not what disputes hold"
kind = "check"
rule = "A-02"
code = "GL_BALANCE_DIFF"
severity = "high"
class = "CONTROL"
subject = "account_balance"
owner = "accounting"
why = "Only what disputes take and give back, and the losses that are booked, move the account. A payout that is booked twice or otherwise is a finding of its own, and so is a loss that nobody booked (D-05)."
suggestion = "Look at the entries that are named: reverse them, or book them where they belong."
reads = ["balance_told"]
needs = ["settlement_line", "odoo_move", "odoo_journal_item"]
against = ["dispute_item"]
*/
SELECT entity, NULL AS store, concat(entity, '/disputed_funds/', account, '/', currency) AS subject_key, expected, actual, difference, currency, NULL AS due_on,
  concat('At the end of ', period, ' disputes and losses make ', CAST(expected AS VARCHAR), ' on account ', account, ', Odoo has ', CAST(actual AS VARCHAR), ' with what is not booked yet; first: ', first_words, '.') AS cause, evidence, candidates
FROM balance_told WHERE kind = 'disputed_funds'
ORDER BY subject_key
