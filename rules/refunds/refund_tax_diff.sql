/*
title = "Tax of a credit note is not the refund's share"
kind = "check"
rule = "T-07"
code = "REFUND_TAX_DIFF"
severity = "high"
class = "BUSINESS"
subject = "refund"
owner = "tax"
why = "A refund gives its tax back; a credit note with another tax leaves the tax return wrong. What part of the order came back is not exported: the tax must lie between that of its untaxed and that of its taxed parts, and is shown against the even share. Of an order whose channel owes tax nothing is said: the credit note may be without it."
suggestion = "Compare the lines of the credit note with the refund; cancel it and credit again line by line."
reads = ["credit_match", "refund_fact", "order_fact", "sales_order_line_current", "sales_order_tax_current", "facilitator_tax", "map_tax", "map_store", "allowance", "currency_unit", "watermark_fact"]
needs = ["odoo_move", "sales_order"]

[parameters.per_line]
default = "1 unit"
meaning = "rounding allowed per line and per tax of the order: an amount, or smallest units of the currency"
*/
WITH pair AS (
  SELECT c.store, c.order_name, c.refund_no, c.refunded, c.credited_tax, c.credited_on FROM credit_match AS c WHERE c.speaks AND c.is_compared AND c.credited = c.refunded AND c.refunded > 0
), line AS (
  SELECT p.store, p.order_name, count(*) AS lines, sum(CASE WHEN l.is_tip OR NOT coalesce(l.taxable, TRUE) THEN l.quantity * l.unit_price - coalesce(l.discount, 0) ELSE 0 END) AS untaxed
  FROM (SELECT DISTINCT store, order_name FROM pair) AS p JOIN sales_order_line_current AS l ON l.store = p.store AND l.order_name = p.order_name GROUP BY p.store, p.order_name
), tax AS (
  SELECT p.store, p.order_name, count(*) AS taxes, count(m.rate) AS rates, sum(m.rate) AS rate
  FROM (SELECT DISTINCT x.store, x.order_name, o.entity, o.created_on FROM pair AS x JOIN order_fact AS o ON o.store = x.store AND o.order_name = x.order_name) AS p
  JOIN sales_order_tax_current AS t ON t.store = p.store AND t.order_name = p.order_name
  LEFT JOIN map_tax AS m ON m.entity = p.entity AND m.source_tax = t.tax_name AND p.created_on BETWEEN m.valid_from AND m.valid_to
  GROUP BY p.store, p.order_name
), base AS (
  SELECT o.store, o.entity, o.order_name, o.total, o.taxes, o.currency, coalesce(l.untaxed, 0) AS untaxed, o.shipping, coalesce(u.amount, 0) * (greatest(coalesce(l.lines, 1), 1) + coalesce(x.taxes, 1)) AS allowed,
    o.file_id, o.row_no, s.taxes_included = 'true' AND x.taxes > 1 AS is_mixed,
    -- what the order's tax says of its shipping, where the rates are known: taxed like the goods, or not at all
    CASE WHEN o.shipping = 0 OR x.rates IS DISTINCT FROM x.taxes THEN NULL
      WHEN abs(CAST(o.taxes AS DECIMAL(28,4)) * 100 - (o.total - o.taxes - coalesce(l.untaxed, 0)) * x.rate) <= coalesce(u.amount, 0) * coalesce(l.lines, 1) * 100 THEN TRUE
      WHEN abs(CAST(o.taxes AS DECIMAL(28,4)) * 100 - (o.total - o.taxes - coalesce(l.untaxed, 0) - o.shipping) * x.rate) <= coalesce(u.amount, 0) * coalesce(l.lines, 1) * 100 THEN FALSE END AS ships_taxed
  FROM (SELECT DISTINCT store, order_name FROM pair) AS p
  JOIN order_fact AS o ON o.store = p.store AND o.order_name = p.order_name AND o.taxes > 0
  LEFT JOIN line AS l ON l.store = o.store AND l.order_name = o.order_name
  LEFT JOIN tax AS x ON x.store = o.store AND x.order_name = o.order_name
  LEFT JOIN map_store AS s ON s.store = o.store AND o.created_on BETWEEN s.valid_from AND s.valid_to
  LEFT JOIN allowance AS u ON u.rule = 'T-07' AND u.name = 'per_line' AND u.entity = o.entity AND u.currency = o.currency
  WHERE NOT EXISTS (SELECT 1 FROM facilitator_tax AS f WHERE f.store = o.store AND f.order_name = o.order_name)
), bound AS (
  SELECT b.store, b.entity, b.order_name, b.total, b.taxes, b.currency, b.allowed, b.is_mixed, b.file_id, b.row_no,
    b.untaxed + CASE WHEN b.ships_taxed IS FALSE THEN b.shipping ELSE 0 END AS least_untaxed, b.untaxed + CASE WHEN b.ships_taxed THEN 0 ELSE b.shipping END AS most_untaxed
  FROM base AS b
)
SELECT b.entity, b.store, concat(b.store, '/', b.order_name, '/', p.refund_no) AS subject_key, d.share AS expected, p.credited_tax AS actual, p.credited_tax - d.share AS difference, b.currency, NULL AS due_on,
  concat('The refund of ', CAST(p.refunded AS VARCHAR), ' of order ', b.order_name, ' has a share of ', CAST(d.share AS VARCHAR), ' in its tax; the credit note takes back ', CAST(p.credited_tax AS VARCHAR), '.') AS cause,
  concat(r.file_id, ':', r.row_no, ' ', b.file_id, ':', b.row_no) AS evidence, NULL AS candidates
FROM pair AS p
JOIN bound AS b ON b.store = p.store AND b.order_name = p.order_name
JOIN refund_fact AS r ON r.store = p.store AND r.order_name = p.order_name AND r.refund_no = p.refund_no
JOIN watermark_fact AS w ON w.source = 'odoo_move' AND w.owner_key = b.entity AND p.credited_on <= w.complete_until
LEFT JOIN currency_unit AS c ON c.currency = b.currency
-- the even share in smallest units, half up: whole numbers, so that nothing is inexact
CROSS JOIN LATERAL (SELECT CAST((2 * CAST(p.refunded * 10000 AS HUGEINT) * CAST(b.taxes * 10000 AS HUGEINT) + CAST(b.total * 10000 AS HUGEINT) * CAST(coalesce(c.unit, CAST(0.01 AS DECIMAL(9,4))) * 10000 AS HUGEINT))
  // (2 * CAST(b.total * 10000 AS HUGEINT) * CAST(coalesce(c.unit, CAST(0.01 AS DECIMAL(9,4))) * 10000 AS HUGEINT)) AS DECIMAL(14,0)) * coalesce(c.unit, CAST(0.01 AS DECIMAL(9,4))) AS share) AS d
WHERE p.refunded <= b.total AND CASE
  WHEN p.refunded = b.total THEN abs(p.credited_tax - b.taxes) > b.allowed
  WHEN b.is_mixed THEN FALSE
  ELSE p.credited_tax * (b.total - b.least_untaxed) < (p.refunded - b.most_untaxed) * b.taxes - b.allowed * (b.total - b.least_untaxed)
    OR p.credited_tax > b.taxes + b.allowed
    OR p.credited_tax * (b.total - b.most_untaxed) > p.refunded * b.taxes + b.allowed * (b.total - b.most_untaxed) END
ORDER BY subject_key
