/*
title = "Exchange rate of Odoo stands apart from those around it, or is inverted"
kind = "check"
rule = "X-01"
code = "FX_RATE_OUTLIER"
severity = "medium"
class = "FX"
subject = "exchange_rate"
owner = "accounting"
why = "What is booked at a wrong rate is wrong in the company's currency. Looked at within one company and currency: the rates before and after agree, and this one is off both to the same side; or it is the first that is one divided by the rate before, on the side of one where fewer of the rates are. A rate that moved and stayed is none, and of the newest nothing else can be said yet; nor of a day that has several."
suggestion = "Correct the rate in Odoo, and look at the entries of its days."
reads = ["odoo_currency_rate_current", "rule_parameter"]

[parameters.percent]
default = "25"
meaning = "per cent by which a rate may be off the rates before and after it"

[parameters.inverted]
default = "10"
meaning = "per cent by which a rate must have moved before it can be the inverse of the one before, from which it may be a tenth of that off"

[parameters.days]
default = "45"
meaning = "days up to which the rates before and after are near enough"
*/
WITH rate AS (
  SELECT entity, coalesce(company, '') AS company, currency, rated_on, TRY_CAST(min(rate) AS DECIMAL(18,10)) AS rate, min(file_id) AS file_id, min(row_no) AS row_no
  FROM odoo_currency_rate_current GROUP BY entity, coalesce(company, ''), currency, rated_on HAVING count(*) = 1
), around AS (
  SELECT entity, company, currency, rated_on, rate, file_id, row_no, lag(rate) OVER w AS before_rate, lag(rated_on) OVER w AS before_on, lag(concat(file_id, ':', row_no)) OVER w AS before_at,
    lead(rate) OVER w AS after_rate, lead(rated_on) OVER w AS after_on, lead(concat(file_id, ':', row_no)) OVER w AS after_at,
    count(*) FILTER (WHERE rate > 1) OVER (PARTITION BY entity, company, currency) AS above, count(*) FILTER (WHERE rate < 1) OVER (PARTITION BY entity, company, currency) AS below
  FROM rate WHERE rate > CAST(0.000001 AS DECIMAL(7,6))
  WINDOW w AS (PARTITION BY entity, company, currency ORDER BY rated_on)
), judged AS (
  SELECT a.entity, a.company, a.currency, a.rated_on, a.rate, a.file_id, a.row_no, a.before_rate, a.before_at, a.after_rate, a.after_at,
    date_diff('day', a.rated_on, a.after_on) <= CAST(k.value AS INTEGER)
      AND abs(a.after_rate - a.before_rate) * 100 <= least(a.after_rate, a.before_rate) * CAST(p.value AS DECIMAL(9,4))
      AND abs(a.rate - a.before_rate) * 100 > greatest(a.rate, a.before_rate) * CAST(p.value AS DECIMAL(9,4)) AND abs(a.rate - a.after_rate) * 100 > greatest(a.rate, a.after_rate) * CAST(p.value AS DECIMAL(9,4))
      AND (a.rate > a.before_rate) = (a.rate > a.after_rate) AS is_apart,
    abs(a.rate * a.before_rate - 1) * 1000 <= CAST(i.value AS DECIMAL(9,4)) AND abs(a.rate - a.before_rate) * 100 > a.before_rate * CAST(i.value AS DECIMAL(9,4))
      AND CASE WHEN a.rate > 1 THEN a.above < a.below ELSE a.below < a.above END AS is_inverted
  FROM around AS a
  JOIN rule_parameter AS p ON p.rule = 'X-01' AND p.name = 'percent' AND p.entity = a.entity
  JOIN rule_parameter AS i ON i.rule = 'X-01' AND i.name = 'inverted' AND i.entity = a.entity
  JOIN rule_parameter AS k ON k.rule = 'X-01' AND k.name = 'days' AND k.entity = a.entity
  WHERE date_diff('day', a.before_on, a.rated_on) <= CAST(k.value AS INTEGER)
)
SELECT j.entity, NULL AS store, concat_ws('/', j.entity, CASE WHEN j.company <> '' THEN j.company END, j.currency, CAST(j.rated_on AS VARCHAR)) AS subject_key, NULL AS expected, NULL AS actual, NULL AS difference, j.currency, NULL AS due_on,
  concat('The rate of ', j.currency, ' of ', CAST(j.rated_on AS VARCHAR), ' is ', CAST(j.rate AS VARCHAR),
    CASE WHEN j.is_inverted THEN concat('; the one before is ', CAST(j.before_rate AS VARCHAR), ': it seems to be inverted.') ELSE concat('; the one before is ', CAST(j.before_rate AS VARCHAR), ', the one after ', CAST(j.after_rate AS VARCHAR), '.') END) AS cause,
  concat_ws(' ', concat(j.file_id, ':', j.row_no), j.before_at, CASE WHEN NOT j.is_inverted THEN j.after_at END) AS evidence, NULL AS candidates
FROM judged AS j
WHERE j.is_apart OR j.is_inverted
ORDER BY subject_key
