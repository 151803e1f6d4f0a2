/*
title = "Tax engine does not have the order's tax"
kind = "check"
rule = "T-11"
code = "TAX_ENGINE_DIFF"
severity = "high"
class = "BUSINESS"
subject = "order"
owner = "tax"
why = "The return is filed from the engine: what it lacks, has otherwise or has not committed is not declared. Where the invoice has the engine's tax and the order another, that is the finding (T-01). An order with taxes that the channel declares itself is not compared."
suggestion = "Commit the document, or calculate the tax of the order again."
reads = ["engine_tax", "order_fact", "facilitator_tax", "order_invoice", "sales_order_line_current", "map_store", "allowance", "rule_parameter", "business_day", "watermark_fact", "cutover"]
needs = ["tax_transaction"]

[parameters.per_line]
default = "1 unit"
meaning = "rounding allowed per line: an amount, or smallest units of the currency"

[parameters.business_days]
default = "3"
meaning = "business days from the order to the committed document"
*/
WITH engine AS (
  SELECT store, order_name, count(*) AS documents, sum(tax) AS tax, bool_and(is_committed) AS is_committed, min(status) AS status, min(coalesce(currency, '')) AS currency, max(coalesce(currency, '')) AS other_currency, string_agg(concat(file_id, ':', row_no), ' ' ORDER BY document_type) AS evidence
  FROM engine_tax WHERE store IS NOT NULL GROUP BY store, order_name
), span AS (
  SELECT s.store, min(e.dated_on) AS first_on, max(w.complete_until) AS complete_until
  FROM (SELECT DISTINCT e.place, s.store FROM (SELECT DISTINCT place FROM engine_tax) AS e JOIN map_store AS s ON s.store = e.place OR s.entity = e.place) AS s
  JOIN engine_tax AS e ON e.place = s.place JOIN watermark_fact AS w ON w.source = 'tax_transaction' AND w.owner_key = s.place GROUP BY s.store
), due AS (
  SELECT o.entity, o.store, o.order_name, o.currency, o.taxes, o.created_on, o.file_id, o.row_no
  FROM span AS s JOIN order_fact AS o ON o.store = s.store AND o.created_on >= s.first_on
  JOIN rule_parameter AS k ON k.rule = 'T-11' AND k.name = 'business_days' AND k.entity = o.entity
  JOIN business_day AS b0 ON b0.entity = o.entity AND b0.day = o.created_on
  JOIN business_day AS b1 ON b1.entity = o.entity AND b1.is_business AND b1.ordinal = b0.ordinal + CAST(k.value AS INTEGER)
  LEFT JOIN cutover AS c ON c.entity = o.entity
  WHERE o.is_paid AND NOT o.is_void AND o.cancelled_at IS NULL AND b1.day <= s.complete_until AND (c.cutover_on IS NULL OR o.created_on >= c.cutover_on)
    AND NOT EXISTS (SELECT 1 FROM facilitator_tax AS f WHERE f.store = o.store AND f.order_name = o.order_name)
), line AS (
  SELECT l.store, l.order_name, count(*) AS lines FROM due AS d JOIN sales_order_line_current AS l ON l.store = d.store AND l.order_name = d.order_name WHERE NOT l.is_tip GROUP BY l.store, l.order_name
)
SELECT d.entity, d.store, concat(d.store, '/', d.order_name) AS subject_key, d.taxes AS expected, CAST(coalesce(e.tax, 0) AS DECIMAL(18,4)) AS actual, CAST(coalesce(e.tax, 0) - d.taxes AS DECIMAL(18,4)) AS difference, d.currency, NULL AS due_on,
  CASE WHEN e.documents IS NULL THEN concat('Order ', d.order_name, ' has ', CAST(d.taxes AS VARCHAR), ' of tax; the tax engine has no document of it.')
       WHEN abs(e.tax - d.taxes) > coalesce(a.amount, 0) * coalesce(l.lines, 1) THEN concat('Order ', d.order_name, ' has ', CAST(d.taxes AS VARCHAR), ' of tax, the tax engine has ', CAST(e.tax AS VARCHAR), '.')
       ELSE concat('The tax engine''s document of ', d.order_name, ' with ', CAST(e.tax AS VARCHAR), ' of tax is ', e.status, ' and not committed.') END AS cause,
  concat_ws(' ', concat(d.file_id, ':', d.row_no), e.evidence) AS evidence, NULL AS candidates
FROM due AS d
LEFT JOIN engine AS e ON e.store = d.store AND e.order_name = d.order_name
LEFT JOIN order_invoice AS i ON i.store = d.store AND i.order_name = d.order_name
LEFT JOIN line AS l ON l.store = d.store AND l.order_name = d.order_name
LEFT JOIN allowance AS a ON a.rule = 'T-11' AND a.name = 'per_line' AND a.entity = d.entity AND a.currency = d.currency
WHERE (e.documents IS NULL AND d.taxes <> 0)
  OR (e.currency = e.other_currency AND e.currency IN ('', d.currency) AND ((abs(e.tax - d.taxes) > coalesce(a.amount, 0) * coalesce(l.lines, 1) AND i.tax IS DISTINCT FROM e.tax) OR (NOT e.is_committed AND abs(e.tax - d.taxes) <= coalesce(a.amount, 0) * coalesce(l.lines, 1))))
ORDER BY subject_key
