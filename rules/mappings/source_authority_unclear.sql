/*
title = "Books post what nobody owns"
kind = "check"
rule = "C-14"
code = "SOURCE_AUTHORITY_UNCLEAR"
severity = "medium"
class = "CONTROL"
subject = "mapping"
owner = "master-data"
why = "Where two sources hold a value and neither is said to be right, a difference cannot be decided. Payouts are booked from what the processor says, receipts from what the bank says; products and customers stand in the shop and in Odoo. Books whose ownership.csv has no row at all keep no such map, and are not told day by day."
suggestion = "Add the domain to ownership.csv."
reads = ["map_ownership", "run_context", "payout_fact", "match_bank_line", "held_value"]
against = ["map_ownership"]
*/
WITH said AS (
  SELECT o.domain, o.field FROM map_ownership AS o JOIN run_context AS x ON x.as_of BETWEEN o.valid_from AND o.valid_to
), posted AS (
  SELECT DISTINCT 'settlement' AS domain, '*' AS field, 'payouts are booked' AS words FROM payout_fact WHERE status = 'paid'
  UNION SELECT DISTINCT 'bank', '*', 'receipts are booked' FROM match_bank_line
  UNION SELECT DISTINCT domain, field, 'the shop and Odoo both hold it' FROM held_value
), kept AS (
  SELECT count(*) AS entries FROM said
)
SELECT NULL AS entity, NULL AS store, concat(p.domain, CASE WHEN p.field <> '*' THEN concat('.', p.field) ELSE '' END) AS subject_key, NULL AS expected, NULL AS actual, NULL AS difference, NULL AS currency, NULL AS due_on,
  concat('No row of ownership.csv says who owns ', p.domain, CASE WHEN p.field <> '*' THEN concat('.', p.field) ELSE '' END, ', and ', p.words, '.') AS cause, NULL AS evidence, NULL AS candidates
FROM posted AS p JOIN kept AS k ON k.entries > 0
WHERE NOT EXISTS (SELECT 1 FROM said AS s WHERE s.domain = p.domain AND s.field IN (p.field, '*'))
ORDER BY subject_key
