/*
title = "Reserves that processors hold, month by month"
kind = "fact"
why = "The opening position of the cut-over, what payouts held and released, against the balance of the account in Odoo up to the day that all sides cover. `other` is what Odoo has there of no payout, `loose` what the processor held outside of payouts, both up to the month's end."
reads = ["map_processor_account", "map_account", "payout_fact", "payout_ref", "payout_account", "payout_entry", "line_fact", "odoo_move_current", "odoo_journal_item_current", "watermark_fact", "cutover", "opening_fact"]
*/
WITH owner AS (
  SELECT account, min(entity) AS entity, min(currency) AS currency FROM map_processor_account GROUP BY account HAVING min(entity) = max(entity) AND min(currency) = max(currency)
), reserve_account AS (
  SELECT o.account, o.entity, o.currency, m.odoo_account,
    row_number() OVER (PARTITION BY o.account ORDER BY CASE WHEN m.qualifier = o.account THEN 0 WHEN m.qualifier = o.currency THEN 1 ELSE 2 END, m.valid_from DESC, m.odoo_account) AS place
  FROM owner AS o JOIN map_account AS m ON m.entity = o.entity AND m.role = 'processor_reserve' AND (m.qualifier IN (o.account, o.currency) OR m.qualifier IS NULL)
), held_for AS (
  SELECT account, entity, currency, odoo_account FROM reserve_account WHERE place = 1
), side AS (
  SELECT entity, odoo_account, 'odoo_journal_item' AS source, entity AS owner_key FROM held_for
  UNION SELECT entity, odoo_account, 'odoo_move', entity FROM held_for
  UNION SELECT h.entity, h.odoo_account, 'payout', h.account FROM held_for AS h WHERE h.account IN (SELECT p.account FROM payout_fact AS p)
), until AS (
  SELECT d.entity, d.odoo_account, min(w.complete_until) AS as_of FROM side AS d LEFT JOIN watermark_fact AS w ON w.source = d.source AND w.owner_key = d.owner_key
  GROUP BY d.entity, d.odoo_account HAVING count(*) = count(w.complete_until) AND bool_or(d.source = 'payout')
), reserve AS (
  SELECT h.entity, h.odoo_account, min(h.currency) AS currency, u.as_of, coalesce(c.cutover_on, DATE '0001-01-01') AS begins_on, coalesce(o.amount, 0) AS opening
  FROM held_for AS h JOIN until AS u ON u.entity = h.entity AND u.odoo_account = h.odoo_account
  LEFT JOIN cutover AS c ON c.entity = h.entity
  LEFT JOIN (SELECT x.entity, x.odoo_account, sum(f.amount) AS amount FROM held_for AS x JOIN opening_fact AS f ON f.entity = x.entity AND f.account = x.account AND f.currency = x.currency AND f.kind = 'reserve' GROUP BY x.entity, x.odoo_account) AS o
    ON o.entity = h.entity AND o.odoo_account = h.odoo_account
  GROUP BY h.entity, h.odoo_account, u.as_of, c.cutover_on, o.amount HAVING min(h.currency) = max(h.currency)
), item AS (
  SELECT r.entity, r.odoo_account, CAST(date_trunc('month', i.booked_on) AS DATE) AS month, i.debit - i.credit AS amount,
    p.ref IS NULL AND e.odoo_id IS NULL AS is_other, i.currency = r.currency AS is_known, concat(i.file_id, ':', i.row_no) AS evidence
  FROM reserve AS r
  JOIN odoo_journal_item_current AS i ON i.entity = r.entity AND i.account_code = r.odoo_account AND i.parent_state = 'posted' AND i.booked_on BETWEEN r.begins_on AND r.as_of
  LEFT JOIN odoo_move_current AS m ON m.entity = i.entity AND m.odoo_id = i.move_odoo_id
  LEFT JOIN odoo_move_current AS x ON x.entity = m.entity AND x.odoo_id = m.reversed_id
  LEFT JOIN (SELECT DISTINCT entity, ref FROM payout_ref) AS p ON p.entity = i.entity AND p.ref = coalesce(x.ref, i.ref, m.ref)
  LEFT JOIN (SELECT DISTINCT entity, odoo_id FROM payout_entry) AS e ON e.entity = i.entity AND e.odoo_id = coalesce(m.reversed_id, i.move_odoo_id)
), flow AS (
  SELECT r.entity, r.odoo_account, CAST(date_trunc('month', p.paid_on) AS DATE) AS month, a.amount, CAST(0 AS DECIMAL(38,4)) AS booked, CAST(0 AS DECIMAL(38,4)) AS other, CAST(0 AS DECIMAL(38,4)) AS loose, TRUE AS is_known, NULL AS evidence
  FROM reserve AS r JOIN held_for AS h ON h.entity = r.entity AND h.odoo_account = r.odoo_account
  JOIN payout_fact AS p ON p.account = h.account AND p.status = 'paid' AND p.paid_on BETWEEN r.begins_on AND r.as_of
  JOIN payout_account AS a ON a.account = p.account AND a.payout_id = p.payout_id AND a.role = 'processor_reserve' AND a.odoo_account = r.odoo_account
  UNION ALL
  SELECT r.entity, r.odoo_account, CAST(date_trunc('month', l.booked_on) AS DATE), 0, 0, 0, - CASE WHEN l.bucket = 'reserve' THEN l.net ELSE l.reserve END, TRUE, NULL
  FROM reserve AS r JOIN held_for AS h ON h.entity = r.entity AND h.odoo_account = r.odoo_account
  JOIN line_fact AS l ON l.account = h.account AND l.payout_id IS NULL AND l.booked_on BETWEEN r.begins_on AND r.as_of WHERE l.bucket = 'reserve' OR l.reserve <> 0
  UNION ALL
  SELECT entity, odoo_account, month, 0, amount, CASE WHEN is_other THEN amount ELSE 0 END, 0, is_known, CASE WHEN is_other THEN evidence END FROM item
), monthly AS (
  SELECT entity, odoo_account, month, sum(amount) AS amount, sum(booked) AS booked, sum(other) AS other, sum(loose) AS loose, bool_and(is_known) AS is_known, string_agg(evidence, ' ' ORDER BY evidence) AS evidence FROM flow GROUP BY entity, odoo_account, month
), rolled AS (
  SELECT m.entity, m.odoo_account, r.currency, m.month, m.amount, m.other, m.evidence,
    r.opening + sum(m.amount) OVER (PARTITION BY m.entity, m.odoo_account ORDER BY m.month) AS closing, r.opening + sum(m.booked) OVER (PARTITION BY m.entity, m.odoo_account ORDER BY m.month) AS stated,
    sum(m.other) OVER (PARTITION BY m.entity, m.odoo_account ORDER BY m.month) AS other_so_far, sum(m.loose) OVER (PARTITION BY m.entity, m.odoo_account ORDER BY m.month) AS loose_so_far, bool_and(m.is_known) OVER (PARTITION BY m.entity, m.odoo_account) AS is_known
  FROM monthly AS m JOIN reserve AS r ON r.entity = m.entity AND r.odoo_account = m.odoo_account
)
SELECT entity, odoo_account AS account, currency, strftime(month, '%Y-%m') AS period, CAST(closing - amount AS DECIMAL(18,4)) AS opening, CAST(amount AS DECIMAL(18,4)) AS movement, CAST(closing AS DECIMAL(18,4)) AS closing, CAST(stated AS DECIMAL(18,4)) AS stated,
  CAST(closing - stated AS DECIMAL(18,4)) AS residual, CAST(other_so_far AS DECIMAL(18,4)) AS other, CAST(loose_so_far AS DECIMAL(18,4)) AS loose, evidence
FROM rolled WHERE is_known
