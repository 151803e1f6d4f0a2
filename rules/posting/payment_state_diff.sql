/*
title = "Payment is booked on another account than it was paid through"
kind = "check"
rule = "I-08"
code = "PAYMENT_STATE_DIFF"
severity = "high"
class = "BUSINESS"
subject = "order"
owner = "accounting"
why = "Two clearing accounts are off by one payment, and each of them alone looks like money that nobody can explain."
suggestion = "Take the payment back in Odoo and register it in the journal of the gateway."
reads = ["order_on_clearing", "clearing_scope", "clearing_booking"]
needs = ["odoo_journal_item", "order_transaction"]
*/
WITH item AS (
  SELECT b.account, b.store, b.order_name, string_agg(concat(b.file_id, ':', b.row_no), ' ' ORDER BY length(b.odoo_id), b.odoo_id) AS evidence, string_agg(DISTINCT b.move_name, ', ' ORDER BY b.move_name) AS names
  FROM clearing_booking AS b
  WHERE b.is_booked AND EXISTS (SELECT 1 FROM order_on_clearing AS d WHERE d.is_elsewhere AND d.account = b.account AND d.store = b.store AND d.order_name = b.order_name) GROUP BY b.account, b.store, b.order_name
), told AS (
  SELECT d.entity, d.currency, d.store, d.order_name, sum(greatest(d.amount, 0)) AS difference,
    string_agg(concat(s.odoo_account, ' (', d.account, ') has ', CAST(d.booked AS VARCHAR), ' instead of ', CAST(d.captured AS VARCHAR)), ', ' ORDER BY s.odoo_account) AS words,
    string_agg(i.names, ', ' ORDER BY i.names) AS names, string_agg(i.evidence, ' ' ORDER BY i.evidence) AS evidence
  FROM order_on_clearing AS d JOIN clearing_scope AS s ON s.account = d.account
  LEFT JOIN item AS i ON i.account = d.account AND i.store = d.store AND i.order_name = d.order_name
  WHERE d.is_elsewhere GROUP BY d.entity, d.currency, d.store, d.order_name
)
SELECT t.entity, t.store, concat(t.store, '/', t.order_name) AS subject_key, CAST(0 AS DECIMAL(18,4)) AS expected, t.difference AS actual, t.difference, t.currency, NULL AS due_on,
  concat('For order ', t.order_name, ' account ', t.words, CASE WHEN t.names IS NULL THEN '' ELSE concat('; see ', t.names) END, '.') AS cause, coalesce(t.evidence, '') AS evidence, NULL AS candidates
FROM told AS t
ORDER BY subject_key
