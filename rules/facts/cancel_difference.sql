/*
title = "Orders that shop and Odoo hold in different states"
kind = "fact"
why = "A cancelled order keeps no money and its sale order is cancelled; a sale order is cancelled only where the order is, or nothing of it was kept. What was invoiced and credited again may stand, and a part that is kept and invoiced. A cancellation has some days to reach the other side."
reads = ["order_fact", "odoo_sale_order_current", "sale_order_of", "order_invoice", "invoice_fact", "watermark_fact", "rule_parameter"]
*/
WITH credited AS (
  SELECT store, order_name, sum(total) AS total FROM invoice_fact WHERE move_type = 'out_refund' AND order_name IS NOT NULL GROUP BY store, order_name
), sale AS (
  SELECT f.store, f.order_name, count(*) FILTER (WHERE s.state IN ('sale', 'done')) AS standing, count(*) FILTER (WHERE s.state = 'cancel') AS cancelled, min(s.name) AS name, min(concat(s.file_id, ':', s.row_no)) AS evidence
  FROM sale_order_of AS f JOIN odoo_sale_order_current AS s ON s.entity = f.entity AND s.odoo_id = f.odoo_id WHERE NOT f.is_tie GROUP BY f.store, f.order_name
), tied AS (
  SELECT DISTINCT store, order_name FROM sale_order_of WHERE is_tie
), state AS (
  SELECT o.store, o.entity, o.order_name, o.currency, o.total, CASE WHEN o.is_paid THEN o.total - o.refunded - o.outstanding ELSE 0 END AS kept, o.cancelled_at IS NOT NULL AS is_cancelled, o.is_void,
    CAST(coalesce(o.cancelled_at, o.created_at) AS DATE) AS since, s.standing, s.cancelled, s.name AS sale_name, coalesce(i.total, 0) AS invoiced, coalesce(c.total, 0) AS credited, o.file_id, o.row_no, s.evidence
  FROM order_fact AS o
  LEFT JOIN sale AS s ON s.store = o.store AND s.order_name = o.order_name
  LEFT JOIN order_invoice AS i ON i.store = o.store AND i.order_name = o.order_name
  LEFT JOIN credited AS c ON c.store = o.store AND c.order_name = o.order_name
  WHERE (o.cancelled_at IS NOT NULL OR (s.cancelled > 0 AND s.standing = 0)) AND NOT EXISTS (SELECT 1 FROM tied AS t WHERE t.store = o.store AND t.order_name = o.order_name)
), judged AS (
  SELECT store, entity, order_name, currency, since, file_id, row_no, evidence, invoiced,
    CASE WHEN is_cancelled AND kept > 0 AND kept < total AND invoiced - credited = kept THEN 0 WHEN kept > 0 THEN kept WHEN is_cancelled AND standing > 0 AND (invoiced = 0 OR (is_void AND invoiced > credited)) THEN total ELSE 0 END AS amount,
    CASE WHEN is_cancelled AND kept > 0 THEN concat('Order ', order_name, ' was cancelled and ', CAST(kept AS VARCHAR), ' of it was kept',
          CASE WHEN standing > 0 THEN concat('; sale order ', sale_name, ' stands') WHEN cancelled > 0 AND invoiced > credited THEN concat('; sale order ', sale_name, ' is cancelled, its invoice of ', CAST(invoiced - credited AS VARCHAR), ' stands') WHEN cancelled > 0 THEN concat('; sale order ', sale_name, ' is cancelled, so that nothing invoices it') ELSE '' END, '.')
      WHEN is_cancelled THEN concat('Order ', order_name, ' was cancelled, sale order ', sale_name, ' stands.')
      ELSE concat('Sale order ', sale_name, ' is cancelled, order ', order_name, ' is not and ', CAST(kept AS VARCHAR), ' was received', CASE WHEN invoiced > credited THEN concat('; ', CAST(invoiced - credited AS VARCHAR), ' of it stands invoiced') ELSE '' END, '.') END AS cause
  FROM state
)
SELECT j.store, j.entity, j.order_name, j.currency, j.amount, j.invoiced, j.cause, j.file_id, j.row_no, j.evidence
FROM judged AS j
JOIN rule_parameter AS d ON d.rule = 'O-10' AND d.name = 'days' AND d.entity = j.entity
JOIN watermark_fact AS w ON w.source = 'odoo_sale_order' AND w.owner_key = j.entity AND j.since + CAST(d.value AS INTEGER) <= w.complete_until
WHERE j.amount > 0
