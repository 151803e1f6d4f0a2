/*
title = "Findings become exceptions"
kind = "life"
why = "Tonight's findings under the ids of their exceptions (those about subjects before the cut-over apart, without those that belong to a cause), the exceptions as they stand, and those that the rules no longer find. What is in transit and still unmatched is not gone when its due day lies beyond what its source covers: it waits. Amounts in what a finding says have the decimals of the currency that stands behind them, else of the finding's own (ISO 4217)."
reads = ["bank_line_current", "claimed", "currency_unit", "cutover", "dispute_fact", "exception_event", "finding", "horizon", "invoice_fact", "line_fact", "match_bank_line", "match_settlement_line", "order_fact", "payout_fact", "refund_fact", "rule_read", "run_context", "tender"]
makes = ["found", "standing_exception", "vanished"]
*/
CREATE OR REPLACE TABLE fact.found AS
WITH late AS (
  SELECT f.subject_kind, f.subject_key, f.entity, c.cutover_on FROM fact.finding AS f JOIN fact.cutover AS c ON c.entity = f.entity GROUP BY ALL
), early AS (
  SELECT l.subject_kind, l.subject_key FROM late AS l JOIN fact.order_fact AS o ON l.subject_kind = 'order' AND concat(o.store, '/', o.order_name) = l.subject_key WHERE o.created_on < l.cutover_on
  UNION SELECT l.subject_kind, l.subject_key FROM late AS l JOIN fact.tender AS t ON l.subject_kind = 'order_transaction' AND t.subject_key = l.subject_key WHERE t.created_on < l.cutover_on
  UNION SELECT l.subject_kind, l.subject_key
    FROM late AS l JOIN fact.refund_fact AS r ON l.subject_kind = 'refund' AND concat(r.store, '/', r.order_name, '/', r.refund_no) = l.subject_key WHERE r.created_on < l.cutover_on
  UNION SELECT l.subject_kind, l.subject_key
    FROM late AS l JOIN fact.line_fact AS s ON l.subject_kind = 'settlement_line' AND concat(s.account, '/', s.line_id) = l.subject_key WHERE s.booked_on < l.cutover_on
  UNION SELECT l.subject_kind, l.subject_key
    FROM late AS l JOIN fact.payout_fact AS p ON l.subject_kind = 'payout' AND concat(p.account, '/', p.payout_id) = l.subject_key WHERE p.paid_on < l.cutover_on
  UNION SELECT l.subject_kind, l.subject_key
    FROM late AS l JOIN bank_line_current AS b ON l.subject_kind = 'bank_line' AND concat(b.bank_account, '/', b.bank_reference) = l.subject_key WHERE b.booked_on < l.cutover_on
  UNION SELECT l.subject_kind, l.subject_key
    FROM late AS l JOIN fact.invoice_fact AS i ON l.subject_kind = 'odoo_document' AND concat(i.company, '/', i.name) = l.subject_key WHERE i.booked_on < l.cutover_on
  UNION SELECT l.subject_kind, l.subject_key
    FROM late AS l JOIN fact.dispute_fact AS d ON l.subject_kind = 'dispute' AND d.subject_key = l.subject_key WHERE d.initiated_on < l.cutover_on
), named AS (
  SELECT concat('(\d)\.0000 (', string_agg(currency, '|' ORDER BY currency) FILTER (WHERE decimals = 0), ')\b') AS whole, concat('(\d\.\d{3})0 (', string_agg(currency, '|' ORDER BY currency) FILTER (WHERE decimals = 3), ')\b') AS three,
    concat('(\d\.\d\d)00 (', string_agg(currency, '|' ORDER BY currency) FILTER (WHERE decimals = 2), ')\b') AS two
  FROM fact.currency_unit
)
SELECT left(sha256(concat_ws('|', f.rule, f.code, coalesce(f.entity, ''), f.subject_key)), 24) AS exception_id, f.*,
  CASE WHEN e.subject_key IS NOT NULL THEN 'before_cutover' WHEN f.due_on IS NOT NULL AND f.due_on >= r.as_of THEN 'in_transit' ELSE 'open' END AS state,
  regexp_replace(regexp_replace(regexp_replace(regexp_replace(f.cause, n.whole, '\1 \2', 'g'), n.three, '\1 \2', 'g'), n.two, '\1 \2', 'g'),
    CASE u.decimals WHEN 0 THEN '(\d)\.0000\b' WHEN 3 THEN '(\d\.\d{3})0\b' WHEN 4 THEN '^()$' ELSE '(\d\.\d\d)00\b' END, '\1', 'g') AS told
FROM fact.finding AS f CROSS JOIN fact.run_context AS r CROSS JOIN named AS n LEFT JOIN fact.currency_unit AS u ON u.currency = f.currency LEFT JOIN early AS e ON e.subject_kind = f.subject_kind AND e.subject_key = f.subject_key
WHERE NOT EXISTS (SELECT 1 FROM fact.claimed AS c WHERE c.rule = f.rule AND c.code = f.code AND c.entity IS NOT DISTINCT FROM f.entity AND c.subject_key = f.subject_key);
CREATE OR REPLACE TABLE fact.standing_exception AS
SELECT * FROM exception_event QUALIFY row_number() OVER (PARTITION BY exception_id ORDER BY rowid DESC) = 1;
CREATE OR REPLACE TABLE fact.vanished AS
WITH missing AS (
  SELECT s.exception_id, s.rule, s.code, s.severity, s.state, s.entity, s.store, s.subject_kind, s.subject_key, s.due_on
  FROM fact.standing_exception AS s ANTI JOIN fact.found AS f ON f.exception_id = s.exception_id WHERE s.state IN ('open', 'in_transit')
), unmatched AS (
  SELECT m.exception_id, t.account
  FROM missing AS m JOIN fact.tender AS t ON m.subject_kind = 'order_transaction' AND t.subject_key = m.subject_key
  ANTI JOIN fact.match_settlement_line AS x ON x.left_key = t.subject_key
  WHERE m.state = 'in_transit'
  UNION ALL
  SELECT m.exception_id, t.account
  FROM missing AS m JOIN fact.refund_fact AS r ON m.subject_kind = 'refund' AND concat(r.store, '/', r.order_name, '/', r.refund_no) = m.subject_key
  JOIN fact.tender AS t ON t.store = r.store AND t.order_name = r.order_name AND t.ordinal = r.ordinal
  ANTI JOIN fact.match_settlement_line AS x ON x.left_key = t.subject_key
  WHERE m.state = 'in_transit'
  UNION ALL
  SELECT m.exception_id, p.account
  FROM missing AS m JOIN fact.payout_fact AS p ON m.subject_kind = 'payout' AND concat(p.account, '/', p.payout_id) = m.subject_key AND p.status = 'paid'
  ANTI JOIN fact.match_bank_line AS x ON x.left_key = m.subject_key
  WHERE m.state = 'in_transit'
), waiting AS (
  SELECT m.exception_id
  FROM missing AS m JOIN unmatched AS u ON u.exception_id = m.exception_id
  JOIN (SELECT DISTINCT name, rule, code, subject_kind FROM fact.rule_read) AS n ON n.rule = m.rule AND n.code = m.code AND n.subject_kind = m.subject_kind
  JOIN (SELECT name, account, min(coalesce(complete_until, DATE '1900-01-01')) AS complete_until FROM fact.horizon GROUP BY name, account) AS h ON h.name = n.name AND h.account = u.account
  WHERE m.due_on > h.complete_until
)
SELECT m.* FROM missing AS m ANTI JOIN waiting AS w ON w.exception_id = m.exception_id;
