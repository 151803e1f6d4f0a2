/*
title = "Dispute was lost and still stands as an asset"
kind = "check"
rule = "D-05"
code = "DISPUTE_LOST_NOT_BOOKED"
severity = "high"
class = "BUSINESS"
subject = "dispute"
owner = "accounting"
why = "What a dispute took waits on the account of disputed funds; lost or accepted, it is a loss and no claim any more. Its entry names the dispute or the order, else it is one of the amount that no other dispute needs. Entries of payouts are none."
suggestion = "Book the loss against the account of disputed funds."
reads = ["dispute_fact", "dispute_line", "map_account", "payout_fact", "payout_entry", "odoo_journal_item_current", "odoo_move_current", "watermark_fact", "business_day", "rule_parameter"]
needs = ["settlement_line", "odoo_journal_item"]

[parameters.business_days]
default = "5"
meaning = "business days from the decision of a dispute to the entry of its loss"
*/
WITH taken AS (
  SELECT l.account, l.dispute_id, max(CASE WHEN l.payout_status = 'paid' THEN l.payout_id END) AS payout_id, sum(l.gross) AS gross
  FROM dispute_line AS l WHERE l.bucket = 'dispute' AND l.dispute_id IS NOT NULL GROUP BY l.account, l.dispute_id
), open AS (
  SELECT d.entity, d.account, d.dispute_id, d.subject_key, d.order_name, d.status, d.currency, - t.gross AS amount, d.finalized_on, m.odoo_account, d.file_id, d.row_no
  FROM dispute_fact AS d JOIN taken AS t ON t.account = d.account AND t.dispute_id = d.dispute_id AND t.gross < 0
  JOIN payout_entry AS e ON e.account = t.account AND e.payout_id = t.payout_id
  JOIN map_account AS m ON m.entity = d.entity AND m.role = 'disputed_funds' AND (m.qualifier IN (d.account, d.currency) OR m.qualifier IS NULL) AND d.finalized_on BETWEEN m.valid_from AND m.valid_to
  JOIN rule_parameter AS k ON k.rule = 'D-05' AND k.name = 'business_days' AND k.entity = d.entity
  JOIN business_day AS b0 ON b0.entity = d.entity AND b0.day = d.finalized_on
  JOIN business_day AS b1 ON b1.entity = d.entity AND b1.is_business AND b1.ordinal = b0.ordinal + CAST(k.value AS INTEGER)
  JOIN watermark_fact AS w ON w.source = 'odoo_journal_item' AND w.owner_key = d.entity AND b1.day <= w.complete_until
  WHERE d.status IN ('lost', 'accepted')
), credit AS (
  SELECT i.entity, i.account_code, i.odoo_id, i.credit - i.debit AS amount, concat_ws(' ', i.ref, i.label, m.ref) AS words
  FROM odoo_journal_item_current AS i LEFT JOIN odoo_move_current AS m ON m.entity = i.entity AND m.odoo_id = i.move_odoo_id
  WHERE i.parent_state = 'posted' AND i.credit > i.debit AND EXISTS (SELECT 1 FROM open AS o WHERE o.entity = i.entity AND o.odoo_account = i.account_code)
    AND NOT EXISTS (SELECT 1 FROM payout_entry AS p WHERE p.entity = i.entity AND p.odoo_id = i.move_odoo_id)
    AND NOT EXISTS (SELECT 1 FROM payout_fact AS p WHERE p.entity = i.entity AND p.payout_id = coalesce(i.ref, m.ref))
), word AS (
  SELECT entity, account_code, odoo_id, unnest(string_split(words, ' ')) AS word FROM credit
), named AS (
  SELECT DISTINCT o.subject_key, w.odoo_id FROM open AS o JOIN word AS w ON w.entity = o.entity AND w.account_code = o.odoo_account AND trim(w.word, '.,;:()') IN (o.dispute_id, o.order_name)
), rest AS (
  SELECT o.entity, o.odoo_account, o.amount, o.subject_key, row_number() OVER (PARTITION BY o.entity, o.odoo_account, o.amount ORDER BY o.finalized_on, o.subject_key) AS place
  FROM open AS o WHERE NOT EXISTS (SELECT 1 FROM named AS n WHERE n.subject_key = o.subject_key)
), spare AS (
  SELECT c.entity, c.account_code, c.amount, count(*) AS entries FROM credit AS c WHERE NOT EXISTS (SELECT 1 FROM named AS n WHERE n.odoo_id = c.odoo_id) GROUP BY c.entity, c.account_code, c.amount
)
SELECT o.entity, NULL AS store, o.subject_key, CAST(0 AS DECIMAL(18,4)) AS expected, o.amount AS actual, o.amount AS difference, o.currency, NULL AS due_on,
  concat('The dispute', coalesce(concat(' about ', o.order_name), ''), ' was ', o.status, ' on ', CAST(o.finalized_on AS VARCHAR), '; ', CAST(o.amount AS VARCHAR), ' still stand on account ', o.odoo_account, '.') AS cause,
  concat(o.file_id, ':', o.row_no) AS evidence, NULL AS candidates
FROM rest AS r JOIN open AS o ON o.subject_key = r.subject_key
LEFT JOIN spare AS s ON s.entity = r.entity AND s.account_code = r.odoo_account AND s.amount = r.amount
WHERE r.place > coalesce(s.entries, 0)
ORDER BY o.subject_key
