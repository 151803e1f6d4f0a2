/*
title = "Refunds that gave back what was paid too much"
kind = "fact"
why = "Where more was captured than an order comes to, a refund up to that takes nothing back of the sale: the shop's row of the order counts it as given back, and no credit note belongs to it. Only where Odoo has credited no more than the rest of the refunds: a credit note says that the sale itself was taken back."
reads = ["order_fact", "tender", "invoice_fact"]
*/
WITH paid AS (
  SELECT store, order_name, currency, sum(CASE WHEN side = 'sale' THEN amount ELSE 0 END) AS captured, sum(CASE WHEN side = 'refund' THEN amount ELSE 0 END) AS refunded
  FROM tender GROUP BY store, order_name, currency
), credited AS (
  SELECT store, order_name, sum(total) AS total FROM invoice_fact WHERE move_type = 'out_refund' AND order_name IS NOT NULL GROUP BY store, order_name
), over AS (
  SELECT o.store, o.order_name, o.currency, p.refunded, least(p.refunded, p.captured - (o.total - o.outstanding)) AS given_back
  FROM order_fact AS o JOIN paid AS p ON p.store = o.store AND p.order_name = o.order_name AND p.currency = o.currency
  WHERE NOT o.is_void AND o.is_paid AND p.refunded > 0 AND p.captured > o.total - o.outstanding
)
SELECT v.store, v.order_name, v.currency, v.given_back, v.refunded - v.given_back AS to_credit
FROM over AS v LEFT JOIN credited AS c ON c.store = v.store AND c.order_name = v.order_name
WHERE coalesce(c.total, 0) <= v.refunded - v.given_back
