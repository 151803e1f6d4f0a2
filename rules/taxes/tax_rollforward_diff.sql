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
reads = ["balance_roll", "tax_item"]
needs = ["sales_order", "odoo_move", "odoo_journal_item"]
against = ["tax_item"]
*/
WITH last AS (
  SELECT entity, account, currency, max(period) AS period FROM balance_roll WHERE kind = 'tax_payable' GROUP BY entity, account, currency
), placed AS (
  SELECT entity, account, currency, reason, subject_key, - difference AS delta, evidence, row_number() OVER (PARTITION BY entity, account, currency ORDER BY abs(difference) DESC, subject_key, reason, evidence) AS place
  FROM tax_item WHERE NOT is_named AND difference <> 0
), named AS (
  SELECT entity, account, currency, min_by(reason, place) AS reason, min_by(subject_key, place) AS subject_key, max(place) AS places, min_by(evidence, place) AS evidence,
    concat('[', string_agg(concat('{"candidate":"', replace(subject_key, '"', ''), '","failed":"', reason, '","delta":"', CAST(delta AS VARCHAR), '"}'), ',' ORDER BY place) FILTER (WHERE place <= 3), ']') AS candidates
  FROM placed GROUP BY entity, account, currency
)
SELECT r.entity, NULL AS store, concat(r.entity, '/tax_payable/', r.account, '/', r.currency) AS subject_key, CAST(r.closing - r.residual + r.unnamed AS DECIMAL(18,4)) AS expected, r.stated AS actual, CAST(- r.unnamed AS DECIMAL(18,4)) AS difference, r.currency, NULL AS due_on,
  concat('At the end of ', r.period, ' documents make ', CAST(r.closing - r.residual + r.unnamed AS VARCHAR), ' of ', r.account, ', Odoo has ', CAST(r.stated AS VARCHAR), '; first: ', n.subject_key, ', ', n.reason, CASE WHEN n.places > 1 THEN concat(', and ', n.places - 1, ' more') ELSE '' END, '.') AS cause,
  n.evidence, n.candidates
FROM balance_roll AS r JOIN last AS l ON l.entity = r.entity AND l.account = r.account AND l.currency = r.currency AND l.period = r.period
JOIN named AS n ON n.entity = r.entity AND n.account = r.account AND n.currency = r.currency
WHERE r.kind = 'tax_payable' AND r.unnamed <> 0
ORDER BY subject_key
