/*
title = "Finance system refused an entry, or posted another amount"
kind = "check"
rule = "A-01"
code = "POSTED_DIFFERENT"
severity = "block"
class = "BUSINESS"
subject = "payout"
owner = "accounting"
why = "What went out is not what the books of the finance system hold. What a person has taken back since is no longer looked at."
suggestion = "Read the reason in the finance system; send the same entry again (`tieout export run --again ENTRY`), or reverse it."
reads = ["posting_acknowledgement_current", "journal_entry", "journal_line"]
against = ["posting_acknowledgement_current", "journal_entry"]
*/
WITH total AS (
  SELECT j.entry_id, j.entity, j.subject_key, j.currency, sum(l.debit) AS debit
  FROM journal_entry AS j JOIN journal_line AS l ON l.entry_id = j.entry_id
  WHERE j.subject_kind = 'payout' AND EXISTS (SELECT 1 FROM posting_acknowledgement_current AS a WHERE a.entry_id = j.entry_id)
    AND NOT EXISTS (SELECT 1 FROM journal_entry AS r WHERE r.kind = 'J-20' AND r.subject_key = j.entry_id)
  GROUP BY j.entry_id, j.entity, j.subject_key, j.currency
), told AS (
  SELECT t.entity, t.subject_key, t.currency, t.entry_id, t.debit, CASE WHEN a.status = 'rejected' THEN 0 ELSE a.debit END AS posted, a.status = 'rejected' AS is_refused, a.reason_code, a.file_id, a.row_no
  FROM total AS t JOIN posting_acknowledgement_current AS a ON a.entry_id = t.entry_id AND a.entity = t.entity
  WHERE a.status = 'rejected' OR a.debit <> t.debit OR a.currency <> t.currency
)
SELECT entity, NULL AS store, subject_key, sum(debit) AS expected, sum(posted) AS actual, sum(debit - coalesce(posted, debit)) AS difference, currency, NULL AS due_on,
  string_agg(CASE WHEN is_refused THEN concat('The finance system refused ', entry_id, CASE WHEN reason_code IS NULL THEN '' ELSE concat(' (', reason_code, ')') END, '.')
    ELSE concat('The finance system posted ', coalesce(CAST(posted AS VARCHAR), 'another currency'), ' for ', entry_id, ' of ', CAST(debit AS VARCHAR), '.') END, ' ' ORDER BY entry_id) AS cause,
  string_agg(concat(file_id, ':', row_no), ' ' ORDER BY entry_id) AS evidence, NULL AS candidates
FROM told
GROUP BY entity, subject_key, currency
ORDER BY subject_key
