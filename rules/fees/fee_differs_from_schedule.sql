/*
title = "Fee is above the schedule"
kind = "check"
rule = "E-01"
code = "FEE_OVERCHARGED"
severity = "medium"
class = "BUSINESS"
subject = "settlement_line"
owner = "treasury"
why = "The processor takes more than agreed."
suggestion = "Claim the difference from the processor."
reads = ["line_fact", "map_fee_schedule", "rule_parameter"]

[parameters.absolute]
default = "0.01"
meaning = "difference allowed, in currency"

[parameters.share]
default = "0.005"
meaning = "difference allowed, as a share of the expected fee"
*/
SELECT l.entity, NULL AS store, concat(l.account, '/', l.line_id) AS subject_key, d.fee AS expected, - l.fee AS actual, - l.fee - d.fee AS difference, l.currency, NULL AS due_on,
  concat('Fee ', CAST(- l.fee AS VARCHAR), ' on ', CAST(l.gross AS VARCHAR), '; the schedule gives ', CAST(d.fee AS VARCHAR), '.') AS cause, concat(l.file_id, ':', l.row_no) AS evidence, NULL AS candidates
FROM line_fact AS l
JOIN (
  SELECT x.account, x.line_id, CAST(round(CAST(x.gross AS DECIMAL(30,4)) * s.percent * CAST(0.01 AS DECIMAL(3,2)), 2) + s.fixed AS DECIMAL(18,4)) AS fee
  FROM line_fact AS x
  JOIN map_fee_schedule AS s ON s.account = x.account AND s.method = 'card' AND s.currency = x.currency AND x.booked_on BETWEEN s.valid_from AND s.valid_to
    AND (s.card_origin IS NULL OR s.card_origin = x.card_origin)
  WHERE x.bucket = 'sale' AND x.gross > 0
  QUALIFY row_number() OVER (PARTITION BY x.account, x.line_id ORDER BY s.card_origin NULLS LAST, s.valid_from DESC) = 1
) AS d ON d.account = l.account AND d.line_id = l.line_id
JOIN rule_parameter AS u ON u.rule = 'E-01' AND u.name = 'absolute' AND u.entity = l.entity
JOIN rule_parameter AS v ON v.rule = 'E-01' AND v.name = 'share' AND v.entity = l.entity
WHERE - l.fee - d.fee > greatest(CAST(u.value AS DECIMAL(18,4)), d.fee * CAST(v.value AS DECIMAL(18,4)))
ORDER BY subject_key
