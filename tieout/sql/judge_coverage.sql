-- What was controlled, from what the rules had before them: rows on each side in the period, sources that have landed, subjects within what the sources cover.
DELETE FROM coverage;
INSERT INTO coverage BY NAME
WITH landed AS (
  SELECT source, sum(lines) AS lines FROM fact.source_count GROUP BY source
), side AS (
  -- several things on the right: the rule has looked only if it had rows of each
  SELECT s.name, s.rule, s.kind, string_agg(s.relation, ', ') FILTER (WHERE s.side = 'left') AS left_side, string_agg(s.relation, ', ' ORDER BY s.relation) FILTER (WHERE s.side <> 'left') AS right_side,
    sum(coalesce(c.seen, 0)) FILTER (WHERE s.side = 'left') AS rows_left, min(coalesce(c.seen, 0)) FILTER (WHERE s.side <> 'left') AS rows_right,
    greatest(sum(coalesce(c.seen, 0)) FILTER (WHERE s.side = 'left') - sum(coalesce(c.seen, 0)) FILTER (WHERE s.side = 'among'), 0) AS beyond, bool_or(s.source <> '' AND l.source IS NULL) AS lacks_source
  FROM fact.rule_side AS s LEFT JOIN fact.side_count AS c ON c.relation = s.relation LEFT JOIN landed AS l ON l.source = s.source
  GROUP BY s.name, s.rule, s.kind
), owner AS (
  SELECT n.name, sum(c.subjects) AS subjects, coalesce(sum(c.subjects) FILTER (WHERE c.day <= h.complete_until), 0) AS looked
  FROM (SELECT DISTINCT name, subject_kind FROM fact.rule_need) AS n
  JOIN fact.subject_count AS c ON c.subject_kind = n.subject_kind AND c.day >= (SELECT seen_from FROM fact.coverage_period)
  LEFT JOIN fact.horizon AS h ON h.name = n.name AND h.entity IS NOT DISTINCT FROM c.entity AND h.store IS NOT DISTINCT FROM c.store AND h.account IS NOT DISTINCT FROM c.account
    AND h.bank_account IS NOT DISTINCT FROM c.bank_account
  GROUP BY n.name, c.entity, c.store, c.account, c.bank_account
), evaluated AS (
  SELECT name, sum(looked) AS looked, sum(subjects) - sum(looked) AS not_evaluated, bool_or(looked = 0) AS in_part FROM owner GROUP BY name
), mapped AS (
  SELECT 'account' AS kind, account AS owner_key, entity, valid_from, valid_to FROM fact.map_processor_account
  UNION SELECT 'bank_account', bank_account, entity, valid_from, valid_to FROM fact.map_bank_account
  UNION SELECT 'store', store, entity, valid_from, valid_to FROM fact.map_store
  UNION SELECT 'entity', entity, entity, valid_from, valid_to FROM fact.map_entity
), due AS (
  -- owners that mappings name in the period; what an entity has is due from its cut-over on
  SELECT m.kind, m.owner_key, min(m.entity) AS entity
  FROM mapped AS m CROSS JOIN fact.run_context AS r CROSS JOIN fact.coverage_period AS p LEFT JOIN fact.cutover AS k ON k.entity = m.entity
  WHERE m.valid_from <= r.as_of AND m.valid_to >= p.seen_from AND (k.cutover_on IS NULL OR k.cutover_on <= r.as_of) GROUP BY m.kind, m.owner_key
), bare AS (
  -- nothing of its own has ever landed
  SELECT d.kind, d.owner_key, d.entity FROM due AS d
  WHERE NOT EXISTS (SELECT 1 FROM fact.watermark_fact AS w JOIN fact.relation_owner AS o ON o.source = w.source AND o.kind = d.kind WHERE w.owner_key = d.owner_key)
), beside AS (
  SELECT s.name, b.kind, b.owner_key, b.entity FROM fact.rule_side AS s JOIN fact.relation_owner AS o ON o.source IN (s.source, s.relation) JOIN bare AS b ON b.kind = o.kind
  UNION
  SELECT s.name, d.kind, d.owner_key, d.entity FROM fact.rule_side AS s JOIN due AS d ON d.kind = 'account'
  WHERE s.relation = 'transit_item' AND NOT EXISTS (SELECT 1 FROM fact.role_scope AS r WHERE r.role = 'payouts_in_transit' AND r.account = d.owner_key)
  UNION
  SELECT s.name, d.kind, d.owner_key, d.entity FROM fact.rule_side AS s JOIN due AS d ON d.kind = 'account'
  WHERE s.relation = 'clearing_fact' AND NOT EXISTS (SELECT 1 FROM fact.clearing_fact AS f WHERE f.account = d.owner_key)
  UNION
  -- an account of which the schedule does not say what such a thing costs
  SELECT s.name, d.kind, d.owner_key, d.entity FROM fact.rule_side AS s
  JOIN (VALUES ('map_fee_schedule', 'card'), ('dispute_fee', 'chargeback'), ('refund_fee', 'refund'), ('fee_tax_line', 'fee_tax')) AS m(relation, method) ON m.relation = s.relation JOIN due AS d ON d.kind = 'account'
  WHERE NOT EXISTS (SELECT 1 FROM fact.map_fee_schedule AS f WHERE f.account = d.owner_key AND f.method = m.method)
), counted AS (
  -- whose subjects are counted above
  SELECT DISTINCT n.name, c.entity, c.store, c.account, c.bank_account FROM fact.rule_need AS n JOIN fact.subject_count AS c ON c.subject_kind = n.subject_kind AND c.day >= (SELECT seen_from FROM fact.coverage_period)
), lacked AS (
  -- an entity counts by its accounts and stores, where these are lacking too
  SELECT b.name, count(*) AS owners FROM beside AS b
  WHERE NOT (b.kind = 'entity' AND EXISTS (SELECT 1 FROM beside AS o WHERE o.name = b.name AND o.entity = b.entity AND o.kind <> 'entity')) AND NOT EXISTS (SELECT 1 FROM counted AS c WHERE c.name = b.name AND b.owner_key = CASE b.kind WHEN 'account' THEN c.account WHEN 'store' THEN c.store WHEN 'bank_account' THEN c.bank_account ELSE c.entity END)
  GROUP BY b.name
), present AS (
  SELECT DISTINCT e.entity FROM fact.map_entity AS e CROSS JOIN fact.run_context AS r WHERE r.as_of BETWEEN e.valid_from AND e.valid_to
), packed AS (
  -- of how many entities a pack is off
  SELECT p.pack, count(*) FILTER (WHERE k.entity IS NULL) AS off, count(k.entity) AS switched
  FROM (SELECT DISTINCT pack FROM fact.rule_pack) AS p CROSS JOIN present AS e LEFT JOIN fact.pack_on AS k ON k.pack = p.pack AND k.entity = e.entity GROUP BY p.pack
), judged AS (
  SELECT s.kind, s.name, s.rule, s.left_side, s.right_side, s.rows_left, s.rows_right, coalesce(e.not_evaluated, 0) + coalesce(s.beyond, 0) + coalesce(b.owners, 0) + coalesce(k.off, 0) AS not_evaluated,
    CASE WHEN u.state = 'off' THEN 'not_controlled'
         WHEN s.lacks_source OR u.state = 'no_source' THEN 'no_source'
         WHEN s.rows_left = 0 AND coalesce(s.rows_right, 0) = 0 THEN 'no_rows'
         WHEN s.rows_left = 0 OR s.rows_right = 0 THEN 'one_sided'
         WHEN e.looked = 0 THEN 'not_evaluated'
         WHEN e.in_part OR s.beyond > 0 OR b.owners > 0 OR k.off > 0 THEN 'in_part'
         ELSE 'controlled' END AS state
  FROM side AS s JOIN fact.rule_state AS u ON u.name = s.name LEFT JOIN evaluated AS e ON e.name = s.name LEFT JOIN lacked AS b ON b.name = s.name
  LEFT JOIN fact.rule_pack AS m ON m.name = s.name LEFT JOIN packed AS k ON k.pack = m.pack
), grade AS (
  SELECT unnest(['controlled', 'in_part', 'not_evaluated', 'one_sided', 'no_rows', 'no_source', 'not_controlled']) AS state, unnest([0, 1, 2, 3, 4, 5, 6]) AS place
), compared AS (
  -- a table is controlled by the rules that hold it against something; other rules look at it alone, or read it beside what they compare
  SELECT s.source, min(g.place) AS place FROM fact.rule_side AS s JOIN judged AS j ON j.name = s.name AND j.kind = 'check' AND j.right_side IS NOT NULL JOIN grade AS g ON g.state = j.state WHERE s.source <> '' GROUP BY s.source
), unheld AS (
  -- accounts of Odoo whose balance no check holds against what the sources imply; one that they share with a role that is held is looked at
  SELECT m.entity, m.role, m.odoo_account FROM fact.map_account AS m WHERE m.role IN ('payouts_in_transit', 'disputed_funds', 'suspense', 'tax', 'refunds_payable')
    AND NOT EXISTS (SELECT 1 FROM fact.role_scope AS r WHERE r.entity = m.entity AND r.role = m.role AND r.odoo_account = m.odoo_account)
    AND NOT EXISTS (SELECT 1 FROM fact.refund_scope AS r WHERE m.role = 'refunds_payable' AND r.entity = m.entity AND r.odoo_account = m.odoo_account)
    AND NOT EXISTS (SELECT 1 FROM fact.tax_item AS t WHERE m.role = 'tax' AND t.entity = m.entity)
    AND NOT EXISTS (SELECT 1 FROM fact.map_account AS h WHERE h.entity = m.entity AND h.odoo_account = m.odoo_account AND h.role IN ('bank', 'clearing', 'gift_card_liability', 'processor_reserve'))
), reading AS (
  SELECT source, count(DISTINCT name) AS rules FROM fact.rule_source GROUP BY source
)
SELECT kind, name, 1 AS rules, state, rule, left_side, right_side, rows_left, rows_right, not_evaluated, p.seen_from FROM judged CROSS JOIN fact.coverage_period AS p
UNION ALL
-- a rule of the catalogue is as far as the least of its checks
SELECT 'rule', j.rule, count(*), max_by(j.state, g.place), j.rule, NULL, NULL, NULL, NULL, sum(j.not_evaluated), p.seen_from
FROM judged AS j JOIN grade AS g ON g.state = j.state CROSS JOIN fact.coverage_period AS p WHERE j.kind = 'check' GROUP BY j.rule, p.seen_from
UNION ALL
SELECT 'source', t.source, coalesce(r.rules, 0),
  CASE WHEN l.source IS NULL THEN 'no_source' WHEN r.rules IS NULL THEN 'not_controlled' WHEN c.place IS NULL THEN 'read' WHEN g.state = 'no_source' THEN 'one_sided' ELSE g.state END,
  NULL, t.source, NULL, coalesce(l.lines, 0), NULL, NULL, NULL
FROM fact.source_table AS t LEFT JOIN landed AS l ON l.source = t.source LEFT JOIN reading AS r ON r.source = t.source
LEFT JOIN compared AS c ON c.source = t.source LEFT JOIN grade AS g ON g.place = c.place
UNION ALL
SELECT 'pack', k.pack, count(*), CASE WHEN k.switched = 0 THEN 'not_controlled' ELSE 'in_part' END, NULL, NULL, NULL, NULL, NULL, k.off, p.seen_from
FROM packed AS k JOIN fact.rule_pack AS m ON m.pack = k.pack CROSS JOIN fact.coverage_period AS p WHERE k.off > 0 GROUP BY k.pack, k.off, k.switched, p.seen_from
UNION ALL
-- who owns what is booked or held twice is said by nobody
SELECT 'domain', f.domain, 0, 'not_controlled', NULL, NULL, 'map_ownership', count(*), 0, NULL, p.seen_from
FROM fact.held_field AS f CROSS JOIN fact.coverage_period AS p WHERE NOT EXISTS (SELECT 1 FROM fact.map_ownership) GROUP BY f.domain, p.seen_from
UNION ALL
SELECT b.kind, b.owner_key, count(DISTINCT s.name), 'no_source', NULL, NULL, NULL, 0, NULL, NULL, p.seen_from
FROM bare AS b CROSS JOIN fact.coverage_period AS p LEFT JOIN beside AS s ON s.kind = b.kind AND s.owner_key = b.owner_key GROUP BY b.kind, b.owner_key, p.seen_from
UNION ALL
SELECT 'role', concat(u.entity, '/', u.role), 0, 'not_controlled', NULL, 'odoo_journal_item_current', NULL, count(i.odoo_id), NULL, NULL, p.seen_from
FROM unheld AS u CROSS JOIN fact.coverage_period AS p LEFT JOIN odoo_journal_item_current AS i ON i.entity = u.entity AND i.account_code = u.odoo_account AND i.parent_state = 'posted' AND i.booked_on >= p.seen_from
GROUP BY u.entity, u.role, p.seen_from
ORDER BY 1, 2;
