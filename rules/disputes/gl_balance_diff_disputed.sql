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
reads = ["balance_roll", "dispute_item"]
needs = ["settlement_line", "odoo_move", "odoo_journal_item"]
against = ["dispute_item"]
*/
WITH last AS (
  SELECT entity, account, currency, max(period) AS period FROM balance_roll WHERE kind = 'disputed_funds' GROUP BY entity, account, currency
), placed AS (
  SELECT entity, account, currency, reason, subject_key, - difference AS delta, evidence, row_number() OVER (PARTITION BY entity, account, currency ORDER BY abs(difference) DESC, subject_key, reason, evidence) AS place
  FROM dispute_item WHERE NOT is_named AND difference <> 0
), named AS (
  SELECT entity, account, currency, min_by(reason, place) AS reason, min_by(subject_key, place) AS subject_key, max(place) AS places, min_by(evidence, place) AS evidence,
    concat('[', string_agg(concat('{"candidate":"', replace(subject_key, '"', ''), '","failed":"', reason, '","delta":"', CAST(delta AS VARCHAR), '"}'), ',' ORDER BY place) FILTER (WHERE place <= 3), ']') AS candidates
  FROM placed GROUP BY entity, account, currency
)
SELECT r.entity, NULL AS store, concat(r.entity, '/disputed_funds/', r.account, '/', r.currency) AS subject_key, CAST(r.closing - r.residual + r.unnamed AS DECIMAL(18,4)) AS expected, r.stated AS actual, CAST(- r.unnamed AS DECIMAL(18,4)) AS difference, r.currency, NULL AS due_on,
  concat('At the end of ', r.period, ' disputes and losses make ', CAST(r.closing - r.residual + r.unnamed AS VARCHAR), ' on account ', r.account, ', Odoo has ', CAST(r.stated AS VARCHAR), ' with what is not booked yet; first: ', n.subject_key, ', ', n.reason, CASE WHEN n.places > 1 THEN concat(', and ', n.places - 1, ' more') ELSE '' END, '.') AS cause,
  n.evidence, n.candidates
FROM balance_roll AS r JOIN last AS l ON l.entity = r.entity AND l.account = r.account AND l.currency = r.currency AND l.period = r.period
JOIN named AS n ON n.entity = r.entity AND n.account = r.account AND n.currency = r.currency
WHERE r.kind = 'disputed_funds' AND r.unnamed <> 0
ORDER BY subject_key
