/*
title = "Tax is more than its rate gives on all of the order"
kind = "check"
rule = "T-08"
code = "TAX_RATE_UNEXPECTED"
severity = "medium"
class = "DATA"
subject = "order"
owner = "tax"
why = "No part of an order is taxed twice: with the rate that taxes.csv has for it, a tax cannot be more than that of the whole, tips and the tax itself aside. Either the shop charges another rate, or taxes what a discount took off, or the mapping has a wrong one. All orders of one tax are one finding, at the first of them. An order whose tax engine says something else is that finding; a tax that is too low is not told, as what is exempt is not exported."
suggestion = "Compare the rate in the shop with the law and with taxes.csv; correct the one that is wrong."
reads = ["order_fact", "sales_order_tax_current", "sales_order_line_current", "map_tax", "allowance", "finding"]
needs = ["sales_order"]
against = ["sales_order_tax_current", "map_tax"]

[parameters.per_line]
default = "1 unit"
meaning = "rounding allowed per line: an amount, or smallest units of the currency"
*/
WITH much AS (
  -- tips bear none and are in the total: what is above even so
  SELECT o.entity, o.store, o.order_name, o.currency, o.created_on, o.total, o.taxes, t.tax_name, t.amount, m.rate, o.file_id, o.row_no
  FROM sales_order_tax_current AS t JOIN order_fact AS o ON o.store = t.store AND o.order_name = t.order_name
  JOIN map_tax AS m ON m.entity = o.entity AND m.source_tax = t.tax_name AND o.created_on BETWEEN m.valid_from AND m.valid_to
  WHERE NOT o.is_void AND CAST(t.amount AS DECIMAL(28,4)) * 100 > (o.total - t.amount) * m.rate
), whole AS (
  -- else they are those of a later edit
  SELECT k.store, k.order_name FROM (SELECT DISTINCT store, order_name, taxes FROM much) AS k JOIN sales_order_tax_current AS t ON t.store = k.store AND t.order_name = k.order_name GROUP BY k.store, k.order_name, k.taxes HAVING sum(t.amount) = k.taxes
), line AS (
  SELECT k.store, k.order_name, count(*) AS lines FROM (SELECT DISTINCT store, order_name FROM much) AS k JOIN sales_order_line_current AS l ON l.store = k.store AND l.order_name = k.order_name GROUP BY k.store, k.order_name
), above AS (
  SELECT k.entity, k.store, k.order_name, k.currency, k.created_on, k.total, k.tax_name, k.amount, k.rate, k.file_id, k.row_no,
    CAST((CAST(k.amount * 10000 AS HUGEINT) * 1000000 - CAST((k.total - k.amount) * 10000 AS HUGEINT) * CAST(k.rate * 10000 AS HUGEINT)) // CAST(1000000 AS HUGEINT) AS DECIMAL(14,0)) * CAST(0.0001 AS DECIMAL(4,4)) AS excess
  FROM much AS k JOIN whole AS w ON w.store = k.store AND w.order_name = k.order_name LEFT JOIN line AS l ON l.store = k.store AND l.order_name = k.order_name
  LEFT JOIN allowance AS u ON u.rule = 'T-08' AND u.name = 'per_line' AND u.entity = k.entity AND u.currency = k.currency
  WHERE CAST(k.amount - coalesce(u.amount, 0) * (coalesce(l.lines, 0) + 1) AS DECIMAL(28,4)) * 100 > (k.total - k.amount) * k.rate
    AND NOT EXISTS (SELECT 1 FROM finding AS f WHERE f.code = 'TAX_ENGINE_DIFF' AND f.subject_kind = 'order' AND f.subject_key = concat(k.store, '/', k.order_name))
), placed AS (
  SELECT entity, store, order_name, currency, total, tax_name, amount, rate, file_id, row_no, sum(excess) OVER (PARTITION BY entity, currency, tax_name) AS excess, row_number() OVER (PARTITION BY entity, currency, tax_name ORDER BY created_on, store, order_name) AS place,
    count(*) OVER (PARTITION BY entity, currency, tax_name) AS orders, sum(amount) OVER (PARTITION BY entity, currency, tax_name) AS taxed
  FROM above
)
SELECT entity, store, concat(store, '/', order_name) AS subject_key, CAST(sum(taxed - excess) AS DECIMAL(18,4)) AS expected, CAST(sum(taxed) AS DECIMAL(18,4)) AS actual, CAST(sum(excess) AS DECIMAL(18,4)) AS difference, currency, NULL AS due_on,
  concat('Order ', order_name, ' of ', CAST(total AS VARCHAR), ' has ', string_agg(concat(CAST(amount AS VARCHAR), ' of ', tax_name, ', whose rate is ', CAST(rate AS VARCHAR), CASE WHEN orders > 1 THEN concat(' (so have ', orders - 1, ' later ones, together ', CAST(CAST(taxed AS DECIMAL(18,4)) AS VARCHAR), ')') ELSE '' END), ', ' ORDER BY tax_name), '.') AS cause,
  concat(file_id, ':', row_no) AS evidence, NULL AS candidates
FROM placed WHERE place = 1
GROUP BY entity, store, order_name, currency, total, file_id, row_no
ORDER BY subject_key
