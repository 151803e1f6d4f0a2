/*
title = "Entry on a clearing account that belongs to no payout and no order"
kind = "check"
rule = "Y-13"
code = "CLEARING_FOREIGN_ENTRY"
severity = "high"
class = "CONTROL"
subject = "odoo_document"
owner = "accounting"
why = "Only payments and payouts move a clearing account; anything else hides a difference, also where a second entry makes the balance right again. What Odoo itself has taken back is no finding, and the payment of a sale that no shop made, or of an order that no export holds, is part of that one; one that names an order whose payments are booked to the cent without it is foreign too; what tills took by card on a day is their entry; the payment of another company's order is told by that one (O-04), a payout's entry on the wrong account by the payout (Y-12); two entries of opposite amounts are one."
suggestion = "Ask who wrote it; reverse it, and reclassify what it was for."
reads = ["clearing_of", "clearing_booking", "clearing_scope", "payout_fact", "payout_account", "order_alone", "order_missing", "till_entry", "payment_elsewhere", "entry_besides", "payout_entry"]
needs = ["odoo_journal_item"]
waits_for = ["payout", "settlement_line", "sales_order", "order_transaction"]
*/
WITH entry AS (
  SELECT b.account, b.root_id, min(b.move_name) AS move_name, min(b.booked_on) AS booked_on, sum(b.amount) AS amount, min(b.file_id) AS file_id, min(b.row_no) AS row_no
  FROM clearing_booking AS b WHERE b.is_booked AND b.payout_id IS NULL AND b.order_name IS NULL
    AND NOT EXISTS (SELECT 1 FROM order_alone AS o WHERE o.entity = b.entity AND o.ref IN (b.ref, b.named))
    AND NOT EXISTS (SELECT 1 FROM order_missing AS o WHERE o.entity = b.entity AND o.order_name IN (b.ref, b.named))
    AND NOT EXISTS (SELECT 1 FROM till_entry AS t WHERE t.account = b.account AND t.root_id = b.root_id)
    AND NOT EXISTS (SELECT 1 FROM payment_elsewhere AS e WHERE e.other_account = b.account AND e.root_id = b.root_id)
    AND NOT EXISTS (SELECT 1 FROM payout_entry AS e JOIN payout_fact AS p ON p.account = e.account AND p.payout_id = e.payout_id
      WHERE e.entries = 1 AND e.odoo_id = b.root_id AND p.entity = b.entity AND e.account <> b.account AND NOT EXISTS (SELECT 1 FROM clearing_of AS c WHERE c.account = e.account AND c.lead = b.account) AND p.status = 'paid' AND p.payout_amount = p.lines_net AND p.lines > 0 AND p.unknown_lines = 0 AND p.foreign_lines = 0)
  GROUP BY b.account, b.root_id HAVING sum(b.amount) <> 0
  UNION ALL
  SELECT e.account, e.root_id, e.move_name, e.booked_on, e.amount, e.file_id, e.row_no FROM entry_besides AS e
), ranked AS (
  SELECT account, root_id, move_name, booked_on, amount, file_id, row_no, row_number() OVER (PARTITION BY account, amount ORDER BY booked_on, length(root_id), root_id) AS place FROM entry
), known AS (
  SELECT r.account, r.root_id, r.move_name, r.booked_on, r.amount, r.file_id, r.row_no, o.root_id AS other_id, o.move_name AS other_name, o.booked_on AS other_on
  FROM ranked AS r LEFT JOIN ranked AS o ON o.account = r.account AND o.amount = - r.amount AND o.place = r.place
), alike AS (
  -- an entry of the amount of one payout of those days may be that payout's, written by hand
  SELECT k.account, k.root_id, min(p.account) AS payout_account, min(p.payout_id) AS payout_id
  FROM payout_fact AS p LEFT JOIN clearing_of AS c ON c.account = p.account JOIN known AS k ON k.account = coalesce(c.lead, p.account) AND p.paid_on BETWEEN k.booked_on - 7 AND k.booked_on + 7
  JOIN payout_account AS a ON a.account = p.account AND a.payout_id = p.payout_id AND a.role = 'clearing' AND a.amount = k.amount
  GROUP BY k.account, k.root_id HAVING count(*) = 1
)
SELECT s.entity, NULL AS store, concat(s.company, '/', k.move_name) AS subject_key, CAST(0 AS DECIMAL(18,4)) AS expected, k.amount AS actual, k.amount AS difference, s.currency, NULL AS due_on,
  concat('Entry ', k.move_name, ' of ', CAST(k.booked_on AS VARCHAR), ' moves ', CAST(k.amount AS VARCHAR), ' on account ', s.odoo_account, CASE WHEN n.order_name IS NULL THEN ' and belongs to no payout and no order' ELSE concat(' and names order ', n.order_name, ', whose payments are booked without it') END,
    CASE WHEN k.other_id IS NOT NULL THEN concat('; ', k.other_name, ' of ', CAST(k.other_on AS VARCHAR), ' moves the same amount back') ELSE '' END,
    CASE WHEN a.payout_id IS NOT NULL THEN concat('; it has the amount of payout ', a.payout_id) ELSE '' END, '.') AS cause,
  concat(k.file_id, ':', k.row_no) AS evidence,
  CASE WHEN a.payout_id IS NOT NULL THEN concat('[{"candidate":"', a.payout_account, '/', replace(a.payout_id, '"', ''), '","failed":"names the payout","delta":"0.0000"}]') END AS candidates
FROM known AS k JOIN clearing_scope AS s ON s.account = k.account
LEFT JOIN alike AS a ON a.account = k.account AND a.root_id = k.root_id
LEFT JOIN entry_besides AS n ON n.account = k.account AND n.root_id = k.root_id
WHERE k.other_id IS NULL OR (k.booked_on, length(k.root_id), k.root_id) < (k.other_on, length(k.other_id), k.other_id)
ORDER BY subject_key
