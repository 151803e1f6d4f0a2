/*
title = "Payment is booked in another month than it was captured"
kind = "check"
rule = "I-08"
code = "PAYMENT_STATE_DIFF"
severity = "medium"
class = "BUSINESS"
subject = "order"
owner = "accounting"
why = "At the end of the month the clearing account lacks it, or has it too early, although amount and account are right. A payment of the last days has some to reach Odoo, and one of a month that was locked is booked later. Told of each where few of an account are; where many are, the books date payments otherwise, and nothing is said."
suggestion = "Reset the payment in Odoo and give it the day of the capture."
reads = ["tender", "clearing_booking", "clearing_scope", "locked_through", "rule_parameter", "order_on_clearing"]
needs = ["odoo_journal_item", "order_transaction"]

[parameters.late]
default = "3"
meaning = "days between capture and booking over the end of a month"
*/
WITH captured AS (
  SELECT t.account, t.store, t.order_name, CASE WHEN t.side = 'refund' THEN - t.amount ELSE t.amount END AS amount, min(t.created_on) AS day, min(concat(t.file_id, ':', t.row_no)) AS evidence
  FROM tender AS t WHERE t.by_processor GROUP BY t.account, t.store, t.order_name, CASE WHEN t.side = 'refund' THEN - t.amount ELSE t.amount END HAVING count(*) = 1
), booked AS (
  SELECT account, store, order_name, amount, min(booked_on) AS day, min(move_name) AS name, min(concat(file_id, ':', row_no)) AS evidence
  FROM clearing_booking WHERE order_name IS NOT NULL AND NOT is_before GROUP BY account, store, order_name, amount HAVING count(*) = 1
), found AS (
  SELECT s.entity, s.account, s.currency, c.store, c.order_name, abs(c.amount) AS amount, c.day AS captured_on, b.day AS booked_on, b.name, concat(c.evidence, ' ', b.evidence) AS evidence, count(*) OVER (PARTITION BY s.account) AS payments
  FROM clearing_scope AS s JOIN captured AS c ON c.account = s.account AND c.day BETWEEN s.begins_on AND s.as_of
  JOIN booked AS b ON b.account = c.account AND b.store = c.store AND b.order_name = c.order_name AND b.amount = c.amount
  JOIN rule_parameter AS d ON d.rule = 'I-08' AND d.name = 'late' AND d.entity = s.entity
  LEFT JOIN locked_through AS l ON l.entity = s.entity
  WHERE date_trunc('month', b.day) <> date_trunc('month', c.day) AND abs(b.day - c.day) > CAST(d.value AS INTEGER) AND NOT (b.day > c.day AND coalesce(l.through >= c.day, FALSE))
    AND NOT EXISTS (SELECT 1 FROM order_on_clearing AS x WHERE x.account = c.account AND x.store = c.store AND x.order_name = c.order_name AND NOT x.agrees)
)
SELECT f.entity, f.store, concat(f.store, '/', f.order_name) AS subject_key, CAST(NULL AS DECIMAL(18,4)) AS expected, CAST(NULL AS DECIMAL(18,4)) AS actual, sum(f.amount) AS difference, f.currency, NULL AS due_on,
  concat('Order ', f.order_name, ': ', string_agg(concat(CAST(f.amount AS VARCHAR), ' of ', CAST(f.captured_on AS VARCHAR), ' is booked on ', CAST(f.booked_on AS VARCHAR), ' (', f.name, ')'), ', ' ORDER BY f.captured_on, f.amount, f.name), '.') AS cause,
  string_agg(f.evidence, ' ' ORDER BY f.captured_on, f.amount, f.name) AS evidence, NULL AS candidates
FROM found AS f JOIN rule_parameter AS k ON k.rule = 'I-08' AND k.name = 'few' AND k.entity = f.entity
WHERE f.payments <= CAST(k.value AS INTEGER)
GROUP BY f.entity, f.store, f.order_name, f.currency
ORDER BY subject_key
