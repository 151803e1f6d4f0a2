/*
title = "Payment is registered twice in Odoo"
kind = "check"
rule = "U-03"
code = "ERP_PAYMENT_DUPLICATE"
severity = "block"
class = "BUSINESS"
subject = "order"
owner = "accounting"
why = "The customer's account and the clearing account are both off by a payment that was made once."
suggestion = "Take the second payment back in Odoo."
reads = ["clearing_of", "order_on_clearing", "clearing_booking", "clearing_scope", "tender"]
needs = ["odoo_journal_item", "order_transaction"]
*/
WITH entry AS (
  SELECT b.account, b.store, b.order_name, b.root_id, min(b.move_name) AS move_name, sum(b.amount) AS amount, min(concat(b.file_id, ':', b.row_no)) AS evidence
  FROM clearing_booking AS b
  WHERE b.is_booked AND EXISTS (SELECT 1 FROM order_on_clearing AS d WHERE d.account = b.account AND d.store = b.store AND d.order_name = b.order_name) GROUP BY b.account, b.store, b.order_name, b.root_id HAVING sum(b.amount) <> 0
), booked AS (
  SELECT account, store, order_name, amount, count(*) AS entries, string_agg(move_name, ', ' ORDER BY length(root_id), root_id) AS names, string_agg(evidence, ' ' ORDER BY length(root_id), root_id) AS evidence
  FROM entry GROUP BY account, store, order_name, amount HAVING count(*) > 1
), event AS (
  SELECT coalesce(c.lead, t.account) AS account, t.store, t.order_name, CASE WHEN t.side = 'refund' THEN - t.amount ELSE t.amount END AS amount, t.created_on FROM tender AS t LEFT JOIN clearing_of AS c ON c.account = t.account WHERE t.by_processor
), paid AS (
  SELECT e.account, e.store, e.order_name, e.amount, count(*) AS events
  FROM event AS e JOIN clearing_scope AS s ON s.account = e.account AND e.created_on BETWEEN s.begins_on AND s.as_of GROUP BY e.account, e.store, e.order_name, e.amount
)
SELECT d.entity, d.store, concat(d.store, '/', d.order_name) AS subject_key, b.amount * p.events AS expected, b.amount * b.entries AS actual, d.amount AS difference, d.currency, NULL AS due_on,
  concat('Order ', d.order_name, ' has ', p.events, CASE WHEN b.amount < 0 THEN ' refund of ' ELSE ' payment of ' END, CAST(abs(b.amount) AS VARCHAR), ' through ', d.account, ', Odoo has ', b.entries, ': ', b.names, '.') AS cause,
  b.evidence, NULL AS candidates
FROM order_on_clearing AS d
JOIN booked AS b ON b.account = d.account AND b.store = d.store AND b.order_name = d.order_name
JOIN paid AS p ON p.account = b.account AND p.store = b.store AND p.order_name = b.order_name AND p.amount = b.amount
WHERE NOT d.agrees AND b.entries > p.events AND d.amount = b.amount * (b.entries - p.events)
ORDER BY subject_key
