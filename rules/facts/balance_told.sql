/*
title = "What no finding speaks of in a balance that rolls forward"
kind = "fact"
why = "One row per balance that Odoo has otherwise than its items make it, at the end of its last month, with the items that no finding names, the greatest first. What findings explain is left to them."
reads = ["balance_roll", "tax_item", "transit_item", "dispute_item", "refund_owed_item"]
*/
WITH item AS (
  SELECT 'tax_payable' AS kind, entity, account, currency, reason, subject_key, difference, evidence FROM tax_item WHERE NOT is_named AND difference <> 0
  UNION ALL SELECT 'payouts_in_transit', entity, account, currency, reason, subject_key, difference, evidence FROM transit_item WHERE NOT is_named AND difference <> 0
  UNION ALL SELECT 'disputed_funds', entity, account, currency, reason, subject_key, difference, evidence FROM dispute_item WHERE NOT is_named AND difference <> 0
  UNION ALL SELECT 'refunds_payable', entity, account, currency, reason, subject_key, difference, evidence FROM refund_owed_item WHERE NOT is_named AND difference <> 0
), placed AS (
  SELECT kind, entity, account, currency, reason, subject_key, - difference AS delta, evidence, row_number() OVER (PARTITION BY kind, entity, account, currency ORDER BY abs(difference) DESC, subject_key, reason, evidence) AS place FROM item
), named AS (
  SELECT kind, entity, account, currency, min_by(subject_key, place) AS subject_key, min_by(reason, place) AS reason, max(place) AS places, min_by(evidence, place) AS evidence,
    concat('[', string_agg(concat('{"candidate":"', replace(subject_key, '"', ''), '","failed":"', reason, '","delta":"', CAST(delta AS VARCHAR), '"}'), ',' ORDER BY place) FILTER (WHERE place <= 3), ']') AS candidates
  FROM placed GROUP BY kind, entity, account, currency
), last AS (
  SELECT kind, entity, account, currency, max(period) AS period FROM balance_roll GROUP BY kind, entity, account, currency
)
SELECT r.kind, r.entity, r.account, r.currency, r.period, CAST(r.closing - r.residual + r.unnamed AS DECIMAL(18,4)) AS expected, r.stated AS actual, CAST(- r.unnamed AS DECIMAL(18,4)) AS difference,
  concat(n.subject_key, ', ', n.reason, CASE WHEN n.places > 1 THEN concat(', and ', n.places - 1, ' more') ELSE '' END) AS first_words, n.evidence, n.candidates
FROM balance_roll AS r JOIN last AS l ON l.kind = r.kind AND l.entity = r.entity AND l.account = r.account AND l.currency = r.currency AND l.period = r.period
JOIN named AS n ON n.kind = r.kind AND n.entity = r.entity AND n.account = r.account AND n.currency = r.currency
WHERE r.unnamed <> 0
