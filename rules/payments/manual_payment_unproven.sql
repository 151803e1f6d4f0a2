/*
title = "Payment marked as paid by hand is not at the bank"
kind = "check"
rule = "P-08"
code = "MANUAL_PAYMENT_UNPROVEN"
severity = "high"
class = "BUSINESS"
subject = "order_transaction"
owner = "treasury"
why = "Somebody said that the customer has paid; only the bank can show it. The texts of such entries are not kept: a credit of the amount that is no processor's proves it, one credit one payment; so do the only two that sum to it, or the only one that is its sum with another payment, where at most ten come into question. Cash, and what a carrier collects, do not come one by one."
suggestion = "Look for the transfer; collect the money, or take the mark back in the shop."
reads = ["tender", "order_fact", "bank_line_current", "map_bank_account", "watermark_fact", "rule_parameter"]
waits_for = ["bank_line"]
against = ["bank_line_current"]

[parameters.days]
default = "10"
meaning = "days before and after the payment in which the bank may show it"
*/
WITH covered AS (
  SELECT b.entity, min(w.complete_until) AS complete_until
  FROM (SELECT DISTINCT entity, bank_account FROM map_bank_account) AS b LEFT JOIN watermark_fact AS w ON w.source = 'bank_line' AND w.owner_key = b.bank_account
  GROUP BY b.entity HAVING count(*) = count(w.complete_until)
), event AS (
  SELECT t.entity, t.store, t.subject_key, t.order_name, t.gateway, t.amount, t.currency, t.created_on, CAST(d.value AS INTEGER) AS days, t.file_id, t.row_no
  FROM tender AS t
  JOIN order_fact AS o ON o.store = t.store AND o.order_name = t.order_name
  JOIN rule_parameter AS d ON d.rule = 'P-08' AND d.name = 'days' AND d.entity = t.entity
  JOIN covered AS c ON c.entity = t.entity AND t.created_on + CAST(d.value AS INTEGER) <= c.complete_until
  WHERE t.side = 'sale' AND t.tender_kind IN ('manual', 'bank_transfer') AND t.amount > 0 AND coalesce(o.sales_channel, '') <> 'pos' AND NOT regexp_matches(lower(t.gateway), 'cash|\bcod\b|nachnahme')
), credit AS (
  SELECT DISTINCT m.entity, b.bank_account, b.bank_reference, b.amount, b.currency, b.booked_on
  FROM bank_line_current AS b JOIN map_bank_account AS m ON m.bank_account = b.bank_account AND b.booked_on BETWEEN m.valid_from AND m.valid_to
  WHERE b.standing = 'booked' AND b.processor IS NULL AND b.amount > 0 AND NOT b.is_reversal
), seen AS (
  SELECT e.subject_key, c.bank_account, c.bank_reference
  FROM event AS e JOIN credit AS c ON c.entity = e.entity AND c.amount = e.amount AND c.currency = e.currency AND c.booked_on BETWEEN e.created_on - e.days AND e.created_on + e.days
), counted AS (
  SELECT e.subject_key, count(s.bank_reference) AS ways FROM event AS e LEFT JOIN seen AS s ON s.subject_key = e.subject_key GROUP BY e.subject_key
), rival AS (
  -- payments of one amount that look at the same credits: which of them is not there cannot be said, how many can
  SELECT e.entity, e.amount, e.currency, count(*) AS events, min(e.subject_key) AS subject_key, string_agg(e.order_name, ', ' ORDER BY e.subject_key) AS orders
  FROM event AS e JOIN counted AS n ON n.subject_key = e.subject_key AND n.ways > 0 GROUP BY e.entity, e.amount, e.currency
), credits AS (
  SELECT e.entity, e.amount, e.currency, count(DISTINCT concat(s.bank_account, '/', s.bank_reference)) AS credits FROM event AS e JOIN seen AS s ON s.subject_key = e.subject_key GROUP BY e.entity, e.amount, e.currency
), unseen AS (
  SELECT e.subject_key, e.entity, e.currency, e.amount, e.created_on, e.days FROM event AS e JOIN counted AS n ON n.subject_key = e.subject_key AND n.ways = 0
), free AS (
  SELECT c.entity, c.currency, concat(c.bank_account, '/', c.bank_reference) AS bank_key, c.amount, c.booked_on
  FROM credit AS c WHERE NOT EXISTS (SELECT 1 FROM seen AS s WHERE s.bank_account = c.bank_account AND s.bank_reference = c.bank_reference)
), few AS (
  SELECT u.entity, u.currency FROM (SELECT entity, currency, count(*) AS items FROM unseen GROUP BY entity, currency) AS u
  JOIN (SELECT entity, currency, count(*) AS items FROM free GROUP BY entity, currency) AS f ON f.entity = u.entity AND f.currency = u.currency WHERE u.items * f.items <= 100000
), near AS (
  SELECT e.subject_key, e.amount, c.bank_key, c.amount AS credit,
    count(*) FILTER (WHERE c.amount < e.amount) OVER (PARTITION BY e.subject_key) AS credits, count(*) FILTER (WHERE e.amount < c.amount) OVER (PARTITION BY c.bank_key) AS payments
  FROM unseen AS e
  JOIN few AS f ON f.entity = e.entity AND f.currency = e.currency
  JOIN free AS c ON c.entity = f.entity AND c.currency = f.currency AND c.booked_on BETWEEN e.created_on - e.days AND e.created_on + e.days
), pair AS (
  SELECT a.subject_key, b.subject_key AS other_key, a.bank_key, b.bank_key AS other_bank_key FROM near AS a JOIN near AS b ON b.subject_key = a.subject_key AND b.bank_key > a.bank_key
  WHERE a.credits <= 10 AND a.credit + b.credit = a.amount
  UNION ALL
  SELECT a.subject_key, b.subject_key, a.bank_key, b.bank_key FROM near AS a JOIN near AS b ON b.bank_key = a.bank_key AND b.subject_key > a.subject_key
  WHERE a.payments <= 10 AND a.amount + b.amount = a.credit
), side AS (
  SELECT subject_key, other_key, bank_key, other_bank_key, subject_key AS member FROM pair
  UNION SELECT subject_key, other_key, bank_key, other_bank_key, other_key FROM pair
  UNION SELECT subject_key, other_key, bank_key, other_bank_key, bank_key FROM pair
  UNION SELECT subject_key, other_key, bank_key, other_bank_key, other_bank_key FROM pair
), summed AS (
  -- each of them in this sum alone
  SELECT p.subject_key, p.other_key
  FROM pair AS p JOIN side AS m ON m.subject_key = p.subject_key AND m.other_key = p.other_key AND m.bank_key = p.bank_key AND m.other_bank_key = p.other_bank_key
  JOIN (SELECT member, count(*) AS ways FROM side GROUP BY member) AS w ON w.member = m.member
  GROUP BY p.subject_key, p.other_key, p.bank_key, p.other_bank_key HAVING max(w.ways) = 1
), found AS (
  SELECT n.subject_key, 1 AS missing, NULL AS orders, 0 AS credits FROM counted AS n
  WHERE n.ways = 0 AND NOT EXISTS (SELECT 1 FROM summed AS s WHERE n.subject_key IN (s.subject_key, s.other_key))
  UNION ALL
  SELECT r.subject_key, r.events - c.credits, r.orders, c.credits
  FROM rival AS r JOIN credits AS c ON c.entity = r.entity AND c.amount = r.amount AND c.currency = r.currency WHERE r.events > c.credits
)
SELECT e.entity, e.store, e.subject_key, e.amount * f.missing AS expected, CAST(0 AS DECIMAL(18,4)) AS actual, e.amount * f.missing AS difference, e.currency, NULL AS due_on,
  CASE WHEN f.orders IS NULL THEN concat('Order ', e.order_name, ' was paid with ', CAST(e.amount AS VARCHAR), ' through ', e.gateway, ' on ', CAST(e.created_on AS VARCHAR), '; no bank account of ', e.entity, ' shows such a credit.')
    ELSE concat('Orders ', f.orders, ' were paid with ', CAST(e.amount AS VARCHAR), ' each; the bank shows ', f.credits, CASE WHEN f.credits = 1 THEN ' such credit.' ELSE ' such credits.' END) END AS cause,
  concat(e.file_id, ':', e.row_no) AS evidence, NULL AS candidates
FROM found AS f JOIN event AS e ON e.subject_key = f.subject_key
ORDER BY subject_key
