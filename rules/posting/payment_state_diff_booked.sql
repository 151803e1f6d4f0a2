/*
title = "Payment is booked with another amount than was captured, or not at all"
kind = "check"
rule = "I-08"
code = "PAYMENT_STATE_DIFF"
severity = "high"
class = "BUSINESS"
subject = "order"
owner = "accounting"
why = "The clearing account is off by it, and two of them may hide each other in its balance. Told of each order where few of an account differ and no other finding speaks of what was paid; where many do, the cause is one and the account's (GL_CLEARING_DIFF)."
suggestion = "Register the payment in Odoo as the shop captured it; take back what is there besides."
reads = ["clearing_of", "clearing_item", "order_on_clearing", "clearing_booking", "clearing_scope", "tender"]
needs = ["odoo_journal_item", "order_transaction"]
waits_for = ["settlement_line", "payout"]

[parameters.few]
default = "5"
meaning = "orders of one clearing account that differ and are told one by one"
*/
WITH told AS (
  SELECT d.account, d.entity, d.currency, d.store, d.order_name, d.captured, d.booked, d.amount
  FROM order_on_clearing AS d JOIN clearing_item AS i ON i.account = d.account AND i.reason = 'booked otherwise, told by its order' AND i.subject_key = concat(d.store, '/', d.order_name)
), opposite AS (
  -- a payment that one order lacks and one other has too much was booked under the other's name: one finding, on the one that lacks it
  SELECT a.account, a.store, a.order_name, b.store AS other_store, b.order_name AS other_name
  FROM told AS a JOIN told AS b ON b.account = a.account AND b.currency = a.currency AND b.amount = - a.amount AND a.amount < 0
  JOIN (SELECT account, amount FROM told GROUP BY account, amount HAVING count(*) = 1) AS x ON x.account = a.account AND x.amount = a.amount
  JOIN (SELECT account, amount FROM told GROUP BY account, amount HAVING count(*) = 1) AS y ON y.account = b.account AND y.amount = b.amount
  WHERE EXISTS (SELECT 1 FROM tender AS t LEFT JOIN clearing_of AS c ON c.account = t.account WHERE coalesce(c.lead, t.account) = a.account AND t.store = a.store AND t.order_name = a.order_name AND t.amount = - a.amount)
), item AS (
  SELECT b.account, b.store, b.order_name, string_agg(concat(b.file_id, ':', b.row_no), ' ' ORDER BY length(b.odoo_id), b.odoo_id) AS evidence, string_agg(DISTINCT b.move_name, ', ' ORDER BY b.move_name) AS names
  FROM clearing_booking AS b JOIN told AS t ON t.account = b.account AND t.store = b.store AND t.order_name = b.order_name
  WHERE b.is_booked GROUP BY b.account, b.store, b.order_name
), paid AS (
  SELECT t.account, e.store, e.order_name, string_agg(concat(e.file_id, ':', e.row_no), ' ' ORDER BY e.created_at, e.file_id, e.row_no) AS evidence
  FROM tender AS e LEFT JOIN clearing_of AS c ON c.account = e.account JOIN told AS t ON t.account = coalesce(c.lead, e.account) AND t.store = e.store AND t.order_name = e.order_name
  GROUP BY t.account, e.store, e.order_name
)
SELECT t.entity, t.store, concat(t.store, '/', t.order_name) AS subject_key, sum(t.captured) AS expected, sum(t.booked) AS actual, CASE WHEN sum(t.amount) = 0 THEN max(t.amount) ELSE sum(t.amount) END AS difference, t.currency, NULL AS due_on,
  concat('For order ', t.order_name, ' account ', string_agg(concat(s.odoo_account, ' (', t.account, ') has ', CAST(t.booked AS VARCHAR), ' instead of ', CAST(t.captured AS VARCHAR), CASE WHEN i.names IS NULL THEN '' ELSE concat('; see ', i.names) END, CASE WHEN o.other_name IS NULL THEN '' ELSE concat('; order ', o.other_name, ' has as much besides') END), ', ' ORDER BY t.account), '.') AS cause,
  string_agg(concat_ws(' ', p.evidence, i.evidence), ' ' ORDER BY t.account) AS evidence, NULL AS candidates
FROM told AS t JOIN clearing_scope AS s ON s.account = t.account
LEFT JOIN item AS i ON i.account = t.account AND i.store = t.store AND i.order_name = t.order_name
LEFT JOIN opposite AS o ON o.account = t.account AND o.store = t.store AND o.order_name = t.order_name
LEFT JOIN paid AS p ON p.account = t.account AND p.store = t.store AND p.order_name = t.order_name
WHERE NOT EXISTS (SELECT 1 FROM opposite AS x WHERE x.account = t.account AND x.other_store = t.store AND x.other_name = t.order_name)
GROUP BY t.entity, t.store, t.order_name, t.currency
ORDER BY subject_key
