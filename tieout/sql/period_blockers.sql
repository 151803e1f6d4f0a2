-- What keeps a month open: that it is not over, or that files about it are still to come; serious exceptions above the entity's materiality about days up to its end, payouts of it that are neither proven nor signed off, entries of it that have not gone out.
WITH asked AS (
  SELECT CAST($entity AS VARCHAR) AS entity, CAST($period AS VARCHAR) AS period, last_day(CAST(concat($period, '-01') AS DATE)) AS until
), serious AS (
  SELECT e.exception_id, e.code, e.severity, e.subject_kind, e.subject_key, e.difference, e.currency, e.first_seen_on
  FROM exception AS e JOIN asked AS a ON a.entity = e.entity
  LEFT JOIN (SELECT entity, max(TRY_CAST(value AS DECIMAL(18,4))) AS amount FROM fact.map_policy WHERE policy = 'materiality' GROUP BY entity) AS m ON m.entity = e.entity
  WHERE e.state IN ('open', 'review') AND (e.severity = 'block' OR (e.severity = 'high' AND (e.difference IS NULL OR abs(e.difference) > coalesce(m.amount, 0))))
), dated AS (
  SELECT s.exception_id, o.created_on AS day FROM serious AS s JOIN fact.order_fact AS o ON s.subject_kind = 'order' AND concat(o.store, '/', o.order_name) = s.subject_key
  UNION ALL SELECT s.exception_id, t.created_on FROM serious AS s JOIN fact.tender AS t ON s.subject_kind = 'order_transaction' AND t.subject_key = s.subject_key
  UNION ALL SELECT s.exception_id, r.created_on FROM serious AS s JOIN fact.refund_fact AS r ON s.subject_kind = 'refund' AND concat(r.store, '/', r.order_name, '/', r.refund_no) = s.subject_key
  UNION ALL SELECT s.exception_id, l.booked_on FROM serious AS s JOIN fact.line_fact AS l ON s.subject_kind = 'settlement_line' AND concat(l.account, '/', l.line_id) = s.subject_key
  UNION ALL SELECT s.exception_id, p.paid_on FROM serious AS s JOIN fact.payout_fact AS p ON s.subject_kind = 'payout' AND concat(p.account, '/', p.payout_id) = s.subject_key
  UNION ALL SELECT s.exception_id, b.booked_on FROM serious AS s JOIN bank_line_current AS b ON s.subject_kind = 'bank_line' AND concat(b.bank_account, '/', b.bank_reference) = s.subject_key
  UNION ALL SELECT s.exception_id, i.booked_on FROM serious AS s JOIN fact.invoice_fact AS i ON s.subject_kind = 'odoo_document' AND concat(i.company, '/', i.name) = s.subject_key
)
SELECT CASE s.severity WHEN 'block' THEN 2 ELSE 3 END AS place, concat('exception ', left(s.exception_id, 12), ' ', s.code, ' ', s.subject_key) AS blocker
FROM serious AS s CROSS JOIN asked AS a LEFT JOIN (SELECT exception_id, min(day) AS day FROM dated GROUP BY exception_id) AS d ON d.exception_id = s.exception_id
WHERE coalesce(d.day, s.first_seen_on) <= a.until
UNION ALL
SELECT 1, concat('payout ', p.account, '/', p.payout_id, ' of ', CAST(p.paid_on AS VARCHAR), ' is ', p.state)
FROM payout_proof AS p JOIN asked AS a ON a.entity = p.entity LEFT JOIN fact.cutover AS c ON c.entity = p.entity
WHERE strftime(p.paid_on, '%Y-%m') = a.period AND p.state <> 'proven' AND p.status NOT IN ('failed', 'canceled') AND p.paid_on >= coalesce(c.cutover_on, p.paid_on)
  AND NOT EXISTS (SELECT 1 FROM exception AS e WHERE e.state IN ('resolved', 'written_off')
    AND ((e.subject_kind = 'payout' AND e.subject_key = concat(p.account, '/', p.payout_id)) OR (e.subject_kind = 'bank_line' AND list_contains(string_split(p.bank_line_key, ' + '), e.subject_key))))
UNION ALL
SELECT 0, concat('the month ends on ', CAST(a.until AS VARCHAR), '; the books were judged as of ', CAST(r.as_of AS VARCHAR)) FROM asked AS a JOIN fact.run_context AS r ON r.as_of <= a.until
UNION ALL
SELECT 0, concat('payments of ', t.store, ' by ', t.account, ' (', count(*), ') were looked at by nobody: its settlement lines ', coalesce('end on ' || CAST(w.complete_until AS VARCHAR), 'never landed'))
FROM fact.tender AS t JOIN asked AS a ON a.entity = t.entity LEFT JOIN fact.watermark_fact AS w ON w.source = 'settlement_line' AND w.owner_key = t.account LEFT JOIN fact.cutover AS c ON c.entity = t.entity
WHERE t.by_processor AND strftime(t.created_on, '%Y-%m') = a.period AND t.created_on > coalesce(w.complete_until, DATE '1900-01-01') AND t.created_on >= coalesce(c.cutover_on, t.created_on)
GROUP BY t.store, t.account, w.complete_until
UNION ALL
SELECT 4, concat('entry ', j.entry_id, ' has not gone out')
FROM journal_entry AS j JOIN asked AS a ON a.entity = j.entity
WHERE strftime(j.booked_on, '%Y-%m') = a.period AND NOT EXISTS (SELECT 1 FROM export_entry AS x WHERE x.entry_id = j.entry_id)
  AND NOT EXISTS (SELECT 1 FROM held_entry AS h WHERE h.entry_id = j.entry_id AND h.reason IN ('in_odoo', 'payout_failed'))
ORDER BY 1, 2
