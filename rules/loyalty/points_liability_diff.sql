/*
title = "Loyalty points are worth another amount than the books owe for them"
kind = "check"
rule = "B-01..03"
code = "POINTS_LIABILITY_DIFF"
severity = "medium"
class = "BUSINESS"
subject = "loyalty_movement"
owner = "accounting"
why = "Points that were earned are owed until they are redeemed or expire. What the programme earned, redeemed and let expire in whole months since the pack was switched on is held against the movement of the account in the same months; what was owed before is not looked at. Where a movement has no amount and no value of a point is known, nothing is said of its account."
suggestion = "List the month's movements by kind beside the entries on the account; post what is missing, or correct the value of a point."
reads = ["points_movement", "odoo_journal_item_current", "watermark_fact", "rule_parameter", "allowance", "map_entity"]
needs = ["odoo_journal_item"]
against = ["points_movement"]
pack = "loyalty"

[parameters.value]
default = "0"
meaning = "what a point is worth where the movement does not say, in the currency of the programme; 0 = not known"

[parameters.days]
default = "10"
meaning = "days after the end of a month in which it may still be booked"

[parameters.absolute]
default = "1.00"
meaning = "amount by which points and account may differ"
*/
WITH reach AS (
  SELECT entity, odoo_account, currency, min(begins_on) AS begins_on, min(last_on) AS last_on, bool_and(is_valued) AS is_valued
  FROM (SELECT entity, odoo_account, currency, store, coalesce(program, '') AS program, min(begins_on) AS begins_on, max(moved_on) AS last_on, count(*) = count(amount) AS is_valued FROM points_movement GROUP BY entity, odoo_account, currency, store, coalesce(program, '')) AS p
  GROUP BY entity, odoo_account, currency
), closed AS (
  -- the last whole month that the programme's movements cover and that may be expected in the books
  SELECT r.entity, r.odoo_account, r.currency, r.begins_on, CAST(date_trunc('month', least(r.last_on, w.complete_until - CAST(k.value AS INTEGER) + 1)) AS DATE) - 1 AS until_on
  FROM reach AS r
  JOIN (SELECT entity, min(base_currency) AS currency FROM map_entity GROUP BY entity) AS e ON e.entity = r.entity AND e.currency = r.currency
  JOIN rule_parameter AS k ON k.rule = 'B-01..03' AND k.name = 'days' AND k.entity = r.entity
  JOIN watermark_fact AS w ON w.source = 'odoo_journal_item' AND w.owner_key = r.entity
  WHERE r.is_valued AND NOT EXISTS (SELECT 1 FROM reach AS x WHERE x.entity = r.entity AND x.odoo_account = r.odoo_account AND x.currency <> r.currency)
), earned AS (
  SELECT c.entity, c.odoo_account, c.currency, c.begins_on, c.until_on, sum(m.amount) AS amount, count(*) AS movements, min(concat(m.file_id, ':', m.row_no)) AS evidence
  FROM closed AS c JOIN points_movement AS m ON m.entity = c.entity AND m.odoo_account = c.odoo_account AND m.currency = c.currency AND m.moved_on <= c.until_on
  WHERE c.until_on >= c.begins_on
  GROUP BY c.entity, c.odoo_account, c.currency, c.begins_on, c.until_on
), booked AS (
  SELECT e.entity, e.odoo_account, sum(i.credit - i.debit) AS amount
  FROM earned AS e JOIN odoo_journal_item_current AS i ON i.entity = e.entity AND i.account_code = e.odoo_account AND i.parent_state = 'posted' AND i.booked_on BETWEEN e.begins_on AND e.until_on
  GROUP BY e.entity, e.odoo_account
)
SELECT e.entity, NULL AS store, concat(e.entity, '/points/', e.odoo_account, '/', e.currency) AS subject_key, CAST(e.amount AS DECIMAL(18,4)) AS expected, CAST(coalesce(b.amount, 0) AS DECIMAL(18,4)) AS actual, CAST(e.amount - coalesce(b.amount, 0) AS DECIMAL(18,4)) AS difference, e.currency, NULL AS due_on,
  concat('From ', CAST(e.begins_on AS VARCHAR), ' to ', CAST(e.until_on AS VARCHAR), ' points moved by ', CAST(CAST(e.amount AS DECIMAL(18,4)) AS VARCHAR), ' ', e.currency, ' in ', e.movements, ' movements; account ', e.odoo_account, ' moved by ', CAST(CAST(coalesce(b.amount, 0) AS DECIMAL(18,4)) AS VARCHAR), '.') AS cause,
  e.evidence, NULL AS candidates
FROM earned AS e
JOIN allowance AS w ON w.rule = 'B-01..03' AND w.name = 'absolute' AND w.entity = e.entity AND w.currency = e.currency
LEFT JOIN booked AS b ON b.entity = e.entity AND b.odoo_account = e.odoo_account
WHERE abs(e.amount - coalesce(b.amount, 0)) > w.amount
ORDER BY subject_key
