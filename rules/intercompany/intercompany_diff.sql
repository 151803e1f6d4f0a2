/*
title = "Two companies do not owe each other the same"
kind = "check"
rule = "L-01"
code = "INTERCOMPANY_DIFF"
severity = "high"
class = "BUSINESS"
subject = "entity_pair"
owner = "accounting"
why = "What one company is owed the other owes, or the group's books do not add up. The movements are summed from the day on which both switched the pack on to the end of the last month whose mirror entries both extracts can have."
suggestion = "Look for the entry that has no mirror in the other company; post it there, or take it back."
reads = ["intercompany_item", "watermark_fact", "rule_parameter", "allowance"]
needs = ["odoo_journal_item"]
pack = "intercompany"

[parameters.days]
default = "10"
meaning = "days after the end of a month in which the other company may still post the mirror"

[parameters.absolute]
default = "0"
meaning = "amount by which two companies may differ"
*/
WITH pair AS (
  SELECT DISTINCT one, two FROM intercompany_item
), closed AS (
  -- the last month that ended `days` before what both extracts cover
  SELECT p.one, p.two, CAST(date_trunc('month', least(w.complete_until - CAST(k.value AS INTEGER), v.complete_until - CAST(m.value AS INTEGER)) + 1) AS DATE) - 1 AS until_on
  FROM pair AS p
  JOIN rule_parameter AS k ON k.rule = 'L-01' AND k.name = 'days' AND k.entity = p.one JOIN rule_parameter AS m ON m.rule = 'L-01' AND m.name = 'days' AND m.entity = p.two
  JOIN watermark_fact AS w ON w.source = 'odoo_journal_item' AND w.owner_key = p.one JOIN watermark_fact AS v ON v.source = 'odoo_journal_item' AND v.owner_key = p.two
), summed AS (
  SELECT c.one, c.two, c.until_on, i.currency, sum(CASE WHEN i.entity = c.one THEN i.amount ELSE 0 END) AS of_one, sum(CASE WHEN i.entity = c.two THEN i.amount ELSE 0 END) AS of_two,
    string_agg(concat(i.file_id, ':', i.row_no), ' ' ORDER BY i.booked_on DESC, i.file_id, i.row_no) AS evidence
  FROM closed AS c JOIN intercompany_item AS i ON i.one = c.one AND i.two = c.two AND i.booked_on <= c.until_on
  GROUP BY c.one, c.two, c.until_on, i.currency HAVING sum(i.amount) <> 0
)
SELECT s.one AS entity, NULL AS store, concat(s.one, '/', s.two, '/', s.currency) AS subject_key, CAST(s.of_one AS DECIMAL(18,4)) AS expected, CAST(-s.of_two AS DECIMAL(18,4)) AS actual, CAST(s.of_one + s.of_two AS DECIMAL(18,4)) AS difference, s.currency, NULL AS due_on,
  concat('Until ', CAST(s.until_on AS VARCHAR), ' ', s.one, ' has ', CAST(CAST(s.of_one AS DECIMAL(18,4)) AS VARCHAR), ' ', s.currency, ' with ', s.two, ', and ', s.two, ' has ', CAST(CAST(s.of_two AS DECIMAL(18,4)) AS VARCHAR), ' with ', s.one, '.') AS cause,
  left(s.evidence, 2000) AS evidence, NULL AS candidates
FROM summed AS s JOIN allowance AS w ON w.rule = 'L-01' AND w.name = 'absolute' AND w.entity = s.one AND w.currency = s.currency
WHERE abs(s.of_one + s.of_two) > w.amount
ORDER BY subject_key
