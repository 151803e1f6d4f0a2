/*
title = "Which part of a sale order makes its total another one"
kind = "fact"
why = "Told where the lines of the sale order have landed and sum to it, and one part explains the whole, with the tax on it; several parts where each line of goods is one of the order and all of them are too high, or all too low. Lines differ where discounts agree, discounts where the lines without them agree. A total that differs by the order's taxes is a matter of taxes. Anything else is told as a whole."
reads = ["sale_order_delta", "sale_order_line_kind"]
*/
WITH side AS (
  SELECT store, order_name, sum(net) AS net, sum(amount) AS amount, count(*) = count(amount) AS is_whole, bool_and(kind <> 'goods' OR is_ordered) AS is_known,
    sum(CASE WHEN kind = 'shipping' THEN amount ELSE 0 END) AS shipping, sum(CASE WHEN kind = 'tip' THEN amount ELSE 0 END) AS tips, sum(CASE WHEN kind = 'duty' THEN amount ELSE 0 END) AS duties,
    sum(CASE WHEN kind IN ('goods', 'discount') THEN amount ELSE 0 END) AS goods, CASE WHEN count(*) FILTER (WHERE kind = 'goods' AND listed IS NULL) = 0 THEN sum(CASE WHEN kind = 'goods' THEN listed ELSE 0 END) END AS listed
  FROM sale_order_line_kind GROUP BY store, order_name
), both_sides AS (
  SELECT d.store, d.order_name, d.allowed, d.sale_total - d.total AS whole, d.shipping, d.tips, d.duties, d.subtotal, d.listed, s.shipping AS sale_shipping, s.tips AS sale_tips, s.duties AS sale_duties, s.goods AS sale_goods, s.listed AS sale_listed, s.is_known,
    s.shipping - d.shipping AS of_shipping, s.tips - d.tips AS of_tips, s.duties - d.duties AS of_duties, s.goods - d.subtotal AS of_goods, CASE WHEN d.tax_is = 'added' THEN d.sale_total - s.amount - d.taxes ELSE 0 END AS of_taxes,
    CASE WHEN d.listed - d.subtotal NOT BETWEEN - d.allowed AND d.discount + d.allowed THEN NULL WHEN abs(s.listed - d.listed) <= d.allowed THEN 'discount' WHEN abs(s.listed - s.goods - d.listed + d.subtotal) <= d.allowed THEN 'lines' END AS goods_part
  FROM sale_order_delta AS d JOIN side AS s ON s.store = d.store AND s.order_name = d.order_name
  WHERE s.is_whole AND abs(s.net - d.sale_untaxed) <= d.allowed AND (d.tax_is = 'added' OR abs(s.amount - d.sale_total) <= d.allowed)
    AND (d.taxes = 0 OR (abs(d.sale_total - d.total + d.taxes) > d.allowed AND (d.tax_is = 'added' OR abs(s.net - d.total) > d.allowed)))
), part AS (
  SELECT store, order_name, 'shipping' AS part, shipping AS expected, sale_shipping AS actual, of_shipping AS difference FROM both_sides WHERE abs(of_shipping) > allowed
  UNION ALL SELECT store, order_name, 'tip', tips, sale_tips, of_tips FROM both_sides WHERE abs(of_tips) > allowed
  UNION ALL SELECT store, order_name, 'duty', duties, sale_duties, of_duties FROM both_sides WHERE abs(of_duties) > allowed
  UNION ALL SELECT store, order_name, coalesce(goods_part, 'goods'), CASE WHEN goods_part = 'discount' THEN listed - subtotal WHEN goods_part = 'lines' THEN listed END, CASE WHEN goods_part = 'discount' THEN sale_listed - sale_goods WHEN goods_part = 'lines' THEN sale_listed END, of_goods FROM both_sides WHERE abs(of_goods) > allowed
), counted AS (
  SELECT store, order_name, count(*) AS parts, bool_or(part = 'goods') AS is_open, min(difference) > 0 OR max(difference) < 0 AS is_one_way FROM part GROUP BY store, order_name
)
SELECT p.store, p.order_name, p.part, CAST(p.expected AS DECIMAL(18,4)) AS expected, CAST(p.actual AS DECIMAL(18,4)) AS actual, CAST(CASE WHEN c.parts = 1 THEN b.whole ELSE p.difference END AS DECIMAL(18,4)) AS difference, CAST(p.difference AS DECIMAL(18,4)) AS untaxed
FROM part AS p JOIN counted AS c ON c.store = p.store AND c.order_name = p.order_name JOIN both_sides AS b ON b.store = p.store AND b.order_name = p.order_name
WHERE NOT c.is_open AND CASE WHEN c.parts = 1 THEN abs(b.of_taxes) <= b.allowed OR (b.of_taxes > 0 AND p.difference > 0 OR b.of_taxes < 0 AND p.difference < 0) AND abs(b.of_taxes) * 100 <= abs(p.difference) * 35
  ELSE abs(b.of_taxes) <= b.allowed AND b.is_known AND c.is_one_way END
