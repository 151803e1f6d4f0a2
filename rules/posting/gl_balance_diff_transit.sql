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
reads = ["balance_roll", "transit_item"]
needs = ["payout", "bank_line", "odoo_move", "odoo_journal_item"]
against = ["transit_item"]
*/
WITH last AS (
  SELECT entity, account, currency, max(period) AS period FROM balance_roll WHERE kind = 'payouts_in_transit' GROUP BY entity, account, currency
), placed AS (
  SELECT entity, account, currency, reason, subject_key, - difference AS delta, evidence, row_number() OVER (PARTITION BY entity, account, currency ORDER BY abs(difference) DESC, subject_key, reason, evidence) AS place
  FROM transit_item WHERE NOT is_named AND difference <> 0
), named AS (
  SELECT entity, account, currency, min_by(reason, place) AS reason, min_by(subject_key, place) AS subject_key, max(place) AS places, min_by(evidence, place) AS evidence,
    concat('[', string_agg(concat('{"candidate":"', replace(subject_key, '"', ''), '","failed":"', reason, '","delta":"', CAST(delta AS VARCHAR), '"}'), ',' ORDER BY place) FILTER (WHERE place <= 3), ']') AS candidates
  FROM placed GROUP BY entity, account, currency
)
SELECT r.entity, NULL AS store, concat(r.entity, '/payouts_in_transit/', r.account, '/', r.currency) AS subject_key, CAST(r.closing - r.residual + r.unnamed AS DECIMAL(18,4)) AS expected, r.stated AS actual, CAST(- r.unnamed AS DECIMAL(18,4)) AS difference, r.currency, NULL AS due_on,
  concat('At the end of ', r.period, ' payouts and bank lines make ', CAST(r.closing - r.residual + r.unnamed AS VARCHAR), ' on account ', r.account, ', Odoo has ', CAST(r.stated AS VARCHAR), ' with what is not booked yet; first: ', n.subject_key, ', ', n.reason, CASE WHEN n.places > 1 THEN concat(', and ', n.places - 1, ' more') ELSE '' END, '.') AS cause,
  n.evidence, n.candidates
FROM balance_roll AS r JOIN last AS l ON l.entity = r.entity AND l.account = r.account AND l.currency = r.currency AND l.period = r.period
JOIN named AS n ON n.entity = r.entity AND n.account = r.account AND n.currency = r.currency
WHERE r.kind = 'payouts_in_transit' AND r.unnamed <> 0
ORDER BY subject_key
