/*
title = "Mapped account has another number in Odoo now"
kind = "check"
rule = "C-12"
code = "MAPPING_MISSING"
severity = "block"
class = "DATA"
subject = "account_balance"
owner = "accounting"
why = "What is booked there has moved to the new number with it, so that nothing stands where it is looked for, and the next entry would name an account that is not there. The entries of the payouts are right and raise nothing."
suggestion = "Give the role the new number in accounts.csv and have it approved, or give the account its number back in Odoo."
reads = ["account_renumbered"]
needs = ["odoo_journal_item"]
cure = "accounts"
*/
SELECT r.entity, NULL AS store, concat(r.entity, '/', r.odoo_account) AS subject_key, NULL AS expected, NULL AS actual, NULL AS difference, NULL AS currency, NULL AS due_on,
  concat('Account ', r.odoo_account, ' of ', r.entity, ' (', r.roles, ') is ', r.new_code, ' ', r.name, ' in Odoo now.') AS cause, r.evidence, NULL AS candidates
FROM account_renumbered AS r
ORDER BY subject_key
