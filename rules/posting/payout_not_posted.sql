/*
title = "Payout is not in Odoo"
kind = "check"
rule = "Y-12"
code = "PAYOUT_NOT_POSTED"
severity = "block"
class = "BUSINESS"
subject = "payout"
owner = "accounting"
why = "The clearing account never empties. A payout whose lines are not known is another finding, and one of a day that the extract lacks."
suggestion = "Import the journal file that Tieout wrote."
reads = ["payout_fact", "payout_entry", "watermark_fact", "odoo_gap"]
needs = ["odoo_move"]
*/
WITH last_posted AS (
  SELECT e.account, max(p.paid_on) AS paid_on FROM payout_entry AS e JOIN payout_fact AS p ON p.account = e.account AND p.payout_id = e.payout_id GROUP BY e.account
)
SELECT p.entity, NULL AS store, concat(p.account, '/', p.payout_id) AS subject_key, p.payout_amount AS expected, CAST(0 AS DECIMAL(18,4)) AS actual, p.payout_amount AS difference, p.currency, NULL AS due_on,
  concat('Paid on ', CAST(p.paid_on AS VARCHAR), '; Odoo has entries for later payouts of ', p.account, ' and none for this one.') AS cause, concat(p.file_id, ':', p.row_no) AS evidence, NULL AS candidates
FROM payout_fact AS p
JOIN last_posted AS l ON l.account = p.account AND p.paid_on < l.paid_on
JOIN watermark_fact AS w ON w.source = 'odoo_move' AND w.owner_key = p.entity AND p.paid_on <= w.complete_until
WHERE p.status = 'paid' AND NOT (p.lines = 0 AND p.payout_amount <> p.lines_net) AND NOT EXISTS (SELECT 1 FROM odoo_gap AS g WHERE g.entity = p.entity AND g.day = p.paid_on) AND NOT EXISTS (SELECT 1 FROM payout_entry AS e WHERE e.account = p.account AND e.payout_id = p.payout_id)
ORDER BY subject_key
