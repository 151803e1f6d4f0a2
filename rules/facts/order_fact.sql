/*
title = "Every order in the version that counts"
kind = "fact"
why = "Once a line of an order is paid, the order is judged by the version that was valid when the ledger learnt so; a later change of its amounts is its own finding. What was refunded, cancelled and delivered since goes on: that is as the last version has it; `told_at` is when the ledger learnt what was kept of its money. What the shop received in full on top of that is no longer owed by a change: the newest version counts once payments have its higher total."
reads = ["sales_order", "sales_order_current", "row_superseded", "settlement_line", "line_fact", "order_transaction_current", "map_store"]
*/
WITH changed AS (
  SELECT DISTINCT store, order_name FROM sales_order WHERE version > 1
), received AS (
  -- the change is paid: the payments have the total that rose, and nothing is outstanding
  SELECT o.store, o.order_name
  FROM changed AS c
  JOIN sales_order_current AS o ON o.store = c.store AND o.order_name = c.order_name AND coalesce(o.outstanding, 0) = 0
  JOIN (SELECT store, order_name, currency, min(total) AS least FROM sales_order GROUP BY store, order_name, currency) AS v ON v.store = o.store AND v.order_name = o.order_name AND v.currency = o.currency AND v.least < o.total
  JOIN order_transaction_current AS t ON t.store = o.store AND t.order_name = o.order_name AND t.currency = o.currency AND t.kind IN ('sale', 'capture') AND t.status = 'success'
  GROUP BY o.store, o.order_name, o.total HAVING sum(t.amount) = o.total
), settled AS (
  -- by whatever key a line names its order, and from its first version on that was paid
  SELECT f.store, f.order_name, min(l.known_at) AS settled_known
  FROM line_fact AS f
  JOIN changed AS c ON c.store = f.store AND c.order_name = f.order_name
  JOIN settlement_line AS l ON l.account = f.account AND l.line_id = f.line_id
  WHERE l.bucket = 'sale' AND l.payout_status = 'paid' AND NOT EXISTS (SELECT 1 FROM received AS r WHERE r.store = f.store AND r.order_name = f.order_name)
  GROUP BY f.store, f.order_name
), ranked AS (
  SELECT o.store, o.order_name, o.file_id, o.row_no, s.settled_known,
    row_number() OVER (PARTITION BY o.store, o.order_name ORDER BY
      CASE WHEN s.settled_known IS NULL OR o.known_at <= s.settled_known THEN 0 ELSE 1 END,
      CASE WHEN s.settled_known IS NULL OR o.known_at <= s.settled_known THEN - o.version ELSE o.version END) AS place
  FROM sales_order AS o
  JOIN changed AS c ON c.store = o.store AND c.order_name = o.order_name
  LEFT JOIN settled AS s ON s.store = o.store AND s.order_name = o.order_name
  -- an export that came in one night with a later one says nothing that holds
  LEFT JOIN row_superseded AS x ON x.table_name = 'sales_order' AND x.file_id = o.file_id AND x.row_no = o.row_no AND x.known_at = o.known_at
  WHERE x.row_no IS NULL
), counted AS (
  SELECT o.store, o.order_name, o.file_id, o.row_no FROM sales_order_current AS o
  WHERE NOT EXISTS (SELECT 1 FROM changed AS c WHERE c.store = o.store AND c.order_name = o.order_name)
  UNION ALL
  SELECT store, order_name, file_id, row_no FROM ranked WHERE place = 1
), last AS (
  SELECT o.store, o.order_name, o.financial_status, o.refunded, o.fulfilled_on, o.cancelled_at, o.total - coalesce(o.outstanding, 0) - o.refunded AS kept, o.known_at
  FROM sales_order_current AS o JOIN changed AS c ON c.store = o.store AND c.order_name = o.order_name
), counting AS (
  SELECT o.store, o.order_name, o.order_id, o.currency, o.subtotal, o.shipping, o.total, o.taxes, coalesce(o.outstanding, 0) AS outstanding, o.created_at, o.created_on, o.paid_on, o.sales_channel, CASE WHEN o.version > 1 THEN o.known_at END AS changed_at, o.file_id, o.row_no,
    CASE WHEN o.financial_status IN ('paid', 'partially_refunded') AND n.financial_status IN ('partially_refunded', 'refunded') THEN n.financial_status ELSE o.financial_status END AS financial_status, coalesce(n.refunded, o.refunded) AS refunded, coalesce(n.fulfilled_on, o.fulfilled_on) AS fulfilled_on,
    coalesce(n.cancelled_at, o.cancelled_at) AS cancelled_at, n.kept AS last_kept, CASE WHEN n.refunded <> o.refunded OR n.kept <> o.total - coalesce(o.outstanding, 0) - o.refunded THEN n.known_at WHEN o.version > 1 THEN o.known_at END AS told_at
  FROM counted AS c
  JOIN sales_order AS o ON o.store = c.store AND o.order_name = c.order_name AND o.file_id = c.file_id AND o.row_no = c.row_no
  LEFT JOIN last AS n ON n.store = c.store AND n.order_name = c.order_name
)
SELECT o.store, m.entity, o.order_name, o.order_id, o.financial_status, o.currency, o.subtotal, o.shipping, o.total, o.taxes, o.refunded, o.outstanding,
  o.created_at, o.created_on, coalesce(o.paid_on, o.created_on) AS paid_on, o.fulfilled_on, o.cancelled_at, o.sales_channel, o.changed_at, o.last_kept, o.told_at, o.file_id, o.row_no,
  o.financial_status IN ('voided', 'expired') OR (o.cancelled_at IS NOT NULL AND o.financial_status IN ('pending', 'voided', 'authorized')) AS is_void,
  o.financial_status IN ('paid', 'partially_refunded', 'refunded') AS is_paid
FROM counting AS o LEFT JOIN map_store AS m ON m.store = o.store AND o.created_on BETWEEN m.valid_from AND m.valid_to
