/*
title = "Books post what nobody owns"
kind = "check"
rule = "C-14"
code = "SOURCE_AUTHORITY_UNCLEAR"
severity = "medium"
class = "CONTROL"
subject = "mapping"
owner = "master-data"
why = "Where two sources hold a value and neither is said to be right, a difference cannot be decided. Payouts are booked from what the processor says, receipts from what the bank says; orders, refunds and invoices stand in the shop and in Odoo, products and customers too, and in a CRM. A domain of which no row says anything is one finding, one that is said in part one for each field that is left. Books whose ownership.csv has no row at all keep no such map: that is said at the end of a run and not day by day."
suggestion = "Add the domain to ownership.csv."
reads = ["map_ownership", "run_context", "held_field"]
against = ["map_ownership"]
*/
WITH said AS (
  SELECT o.domain, o.field FROM map_ownership AS o JOIN run_context AS x ON x.as_of BETWEEN o.valid_from AND o.valid_to
), kept AS (
  SELECT count(*) AS entries FROM said
), unsaid AS (
  SELECT f.domain, f.field, d.domain IS NOT NULL AS is_said_in_part FROM held_field AS f LEFT JOIN (SELECT DISTINCT domain FROM said) AS d ON d.domain = f.domain
  WHERE NOT EXISTS (SELECT 1 FROM said AS s WHERE s.domain = f.domain AND s.field IN (f.field, '*'))
), told AS (
  SELECT CASE WHEN is_said_in_part AND field <> '*' THEN concat(domain, '.', field) ELSE domain END AS subject_key, min(domain) AS domain, string_agg(DISTINCT field, ', ' ORDER BY field) AS fields
  FROM unsaid GROUP BY CASE WHEN is_said_in_part AND field <> '*' THEN concat(domain, '.', field) ELSE domain END
)
SELECT NULL AS entity, NULL AS store, t.subject_key, NULL AS expected, NULL AS actual, NULL AS difference, NULL AS currency, NULL AS due_on,
  concat('No row of ownership.csv says who owns ', t.subject_key, '; ', CASE WHEN t.domain = 'settlement' THEN 'payouts are booked from what the processor says.' WHEN t.domain = 'bank' THEN 'receipts are booked from what the bank says.'
    WHEN t.domain = t.subject_key THEN concat('two systems hold its fields ', t.fields, '.') ELSE 'two systems hold it.' END) AS cause, NULL AS evidence, NULL AS candidates
FROM told AS t JOIN kept AS k ON k.entries > 0
ORDER BY t.subject_key
