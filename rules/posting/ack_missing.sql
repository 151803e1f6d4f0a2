/*
title = "Finance system never answered for an entry that was sent"
kind = "check"
rule = "A-01"
code = "ACK_MISSING"
severity = "block"
class = "BUSINESS"
subject = "payout"
owner = "accounting"
why = "An entry that nobody answered for may have been lost on its way, and the books of the finance system lack it. It is missed where the system's answers reach some days beyond the last time that it was sent; where Odoo's extract shows the entry, it arrived, and a payout that Odoo lacks is told as that."
suggestion = "Look in the finance system for the entry; send it again (`tieout export run --again ENTRY`) where it is not there."
reads = ["pack_on", "journal_entry", "journal_line", "payout_fact", "export_entry", "export_file", "posting_acknowledgement_current", "odoo_move_current", "finding", "rule_parameter", "business_day"]
waits_for = ["posting_acknowledgement"]
against = ["posting_acknowledgement_current", "export_entry"]
pack = "acknowledgements"

[parameters.business_days]
default = "3"
meaning = "business days from sending an entry to its answer"
*/
WITH sent AS (
  SELECT e.entry_id, CAST(max(f.known_at) AS DATE) AS sent_on, max(f.path) AS path
  FROM export_entry AS e JOIN export_file AS f ON f.export_id = e.export_id
  WHERE NOT EXISTS (SELECT 1 FROM posting_acknowledgement_current AS a WHERE a.entry_id = e.entry_id)
  GROUP BY e.entry_id
), answered AS (
  -- up to which day the answers reach; one that is dated ahead moves nothing
  SELECT entity, max(CASE WHEN coalesce(CAST(acknowledged_at AS DATE), posted_on) <= CAST(known_at AS DATE) THEN coalesce(CAST(acknowledged_at AS DATE), posted_on) END) AS until_on
  FROM posting_acknowledgement_current GROUP BY entity
), lost AS (
  SELECT j.entity, j.subject_key, j.entry_id, j.currency, s.sent_on, s.path, a.until_on, concat(p.file_id, ':', p.row_no) AS evidence, sum(l.debit) AS debit
  FROM sent AS s
  JOIN journal_entry AS j ON j.entry_id = s.entry_id AND j.subject_kind = 'payout'
  JOIN journal_line AS l ON l.entry_id = j.entry_id
  JOIN payout_fact AS p ON p.account = j.account AND concat(p.account, '/', p.payout_id) = j.subject_key
  JOIN pack_on AS o ON o.entity = j.entity AND o.pack = 'acknowledgements' AND s.sent_on >= o.since
  JOIN answered AS a ON a.entity = j.entity
  JOIN rule_parameter AS k ON k.rule = 'A-01' AND k.name = 'business_days' AND k.entity = j.entity
  JOIN business_day AS b0 ON b0.entity = j.entity AND b0.day = s.sent_on
  JOIN business_day AS b1 ON b1.entity = j.entity AND b1.is_business AND b1.ordinal = b0.ordinal + CAST(k.value AS INTEGER) AND b1.day <= a.until_on
  WHERE NOT EXISTS (SELECT 1 FROM journal_entry AS r WHERE r.kind = 'J-20' AND r.subject_key = j.entry_id)
    AND NOT EXISTS (SELECT 1 FROM odoo_move_current AS m WHERE m.entity = j.entity AND m.state = 'posted' AND m.external_id = j.entry_id)
    AND NOT EXISTS (SELECT 1 FROM odoo_move_current AS m WHERE m.entity = j.entity AND m.state = 'posted' AND m.ref = j.ref)
    AND NOT EXISTS (SELECT 1 FROM finding AS f WHERE f.subject_kind = 'payout' AND f.subject_key = j.subject_key AND f.code IN ('PAYOUT_NOT_POSTED', 'POSTED_DIFFERENT', 'POSTED_TWICE'))
  GROUP BY j.entity, j.subject_key, j.entry_id, j.currency, s.sent_on, s.path, a.until_on, p.file_id, p.row_no
)
SELECT entity, NULL AS store, subject_key, CAST(sum(debit) AS DECIMAL(18,4)) AS expected, CAST(0 AS DECIMAL(18,4)) AS actual, CAST(sum(debit) AS DECIMAL(18,4)) AS difference, currency, NULL AS due_on,
  string_agg(concat(entry_id, ' went out on ', CAST(sent_on AS VARCHAR), ' in ', path, '; the finance system has answered until ', CAST(until_on AS VARCHAR), ' and not for this.'), ' ' ORDER BY entry_id) AS cause, min(evidence) AS evidence, NULL AS candidates
FROM lost
GROUP BY entity, subject_key, currency
ORDER BY subject_key
