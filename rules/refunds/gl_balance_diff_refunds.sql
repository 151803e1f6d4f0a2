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
reads = ["balance_roll", "refund_owed_item"]
needs = ["settlement_line", "odoo_move", "odoo_journal_item"]
against = ["refund_owed_item"]
*/
WITH last AS (
  SELECT entity, account, currency, max(period) AS period FROM balance_roll WHERE kind = 'refunds_payable' GROUP BY entity, account, currency
), placed AS (
  SELECT entity, account, currency, reason, subject_key, - difference AS delta, evidence, row_number() OVER (PARTITION BY entity, account, currency ORDER BY abs(difference) DESC, subject_key, reason, evidence) AS place
  FROM refund_owed_item WHERE NOT is_named AND difference <> 0
), named AS (
  SELECT entity, account, currency, min_by(reason, place) AS reason, min_by(subject_key, place) AS subject_key, max(place) AS places, min_by(evidence, place) AS evidence,
    concat('[', string_agg(concat('{"candidate":"', replace(subject_key, '"', ''), '","failed":"', reason, '","delta":"', CAST(delta AS VARCHAR), '"}'), ',' ORDER BY place) FILTER (WHERE place <= 3), ']') AS candidates
  FROM placed GROUP BY entity, account, currency
)
SELECT r.entity, NULL AS store, concat(r.entity, '/refunds_payable/', r.account, '/', r.currency) AS subject_key, CAST(r.closing - r.residual + r.unnamed AS DECIMAL(18,4)) AS expected, r.stated AS actual, CAST(- r.unnamed AS DECIMAL(18,4)) AS difference, r.currency, NULL AS due_on,
  concat('At the end of ', r.period, ' refunds that failed make ', CAST(r.closing - r.residual + r.unnamed AS VARCHAR), ' on account ', r.account, ', Odoo has ', CAST(r.stated AS VARCHAR), ' with what is not booked yet; first: ', n.subject_key, ', ', n.reason, CASE WHEN n.places > 1 THEN concat(', and ', n.places - 1, ' more') ELSE '' END, '.') AS cause,
  n.evidence, n.candidates
FROM balance_roll AS r JOIN last AS l ON l.entity = r.entity AND l.account = r.account AND l.currency = r.currency AND l.period = r.period
JOIN named AS n ON n.entity = r.entity AND n.account = r.account AND n.currency = r.currency
WHERE r.kind = 'refunds_payable' AND r.unnamed <> 0
ORDER BY subject_key
