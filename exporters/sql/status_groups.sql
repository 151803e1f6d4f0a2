-- The six groups of the status and the coverage, one row per figure.
SELECT 1 AS place, 'Transactions' AS title, concat(replace(source, '_', ' '), 's ', currency) AS label, CAST(lines AS VARCHAR) AS value, concat(proven, ' proven, ', in_transit, ' in transit, ', in_exception, ' in exception, ', resolved, ' resolved, ', unlooked, ' unlooked') AS note FROM completeness WHERE control = 'followed'
UNION ALL SELECT 1, 'Transactions', CASE WHEN u.state = 'no_source' THEN 'rules without their source' ELSE 'rules beyond their sources' END, CAST(count(*) AS VARCHAR),
  concat('not evaluated: ', string_agg(concat(u.rule, ' ', u.name, ' ', u.not_evaluated), ', ' ORDER BY u.rule, u.name))
  FROM rule_run AS u JOIN (SELECT run_id FROM run ORDER BY seq DESC LIMIT 1) AS l ON l.run_id = u.run_id WHERE u.not_evaluated > 0 GROUP BY ALL
UNION ALL SELECT 2, 'Queue', 'exceptions to decide', CAST(coalesce(sum(exceptions), 0) AS VARCHAR), concat(coalesce(max(oldest_days), 0), ' business days the oldest') FROM exception_total WHERE standing = 'to_decide'
UNION ALL SELECT 2, 'Queue', 'journal entries held', CAST(count(DISTINCT entry_id) AS VARCHAR), coalesce(string_agg(DISTINCT reason, ', ' ORDER BY reason), '') FROM held_entry
UNION ALL SELECT 2, 'Queue', 'mapping proposals that wait', CAST(count(*) AS VARCHAR), '' FROM mapping_event AS p WHERE p.action = 'proposed' AND p.row_key IS NULL AND NOT EXISTS (SELECT 1 FROM mapping_event AS d WHERE d.file = p.file AND d.action IN ('approved', 'declined') AND (d.proposal_id = p.proposal_id OR d."at" > p."at"))
UNION ALL SELECT 3, 'Transfers', 'files written', CAST(count(*) AS VARCHAR), concat(count(r.export_id), ' received by a remote') FROM export_file AS e LEFT JOIN receipt AS r ON r.export_id = e.export_id
UNION ALL SELECT 3, 'Transfers', 'files sent without a receipt', CAST(count(*) AS VARCHAR), '' FROM export_file AS e WHERE e.remote <> 'local' AND NOT EXISTS (SELECT 1 FROM receipt AS r WHERE r.export_id = e.export_id)
UNION ALL SELECT 4, 'Retries', 'runs that must be tried again', CAST(count(*) AS VARCHAR), 'exit code 75' FROM run WHERE exit_code = 75
UNION ALL SELECT 5, 'Refused files', 'waiting in dead-letters/', CAST(count(*) AS VARCHAR), coalesce(string_agg(concat(d.feed, '/', d.name, ' [', d.code, ']'), ', ' ORDER BY d.feed, d.name), '') FROM dead_letter AS d WHERE d.state = 'waiting' AND NOT EXISTS (SELECT 1 FROM dead_letter AS x WHERE x.file_id = d.file_id AND x.state <> 'waiting' AND x.known_at >= d.known_at)
UNION ALL SELECT 6, 'Exceptions', 'to decide', CAST(coalesce(sum(exceptions), 0) AS VARCHAR), concat(coalesce(sum(exceptions) FILTER (WHERE state = 'open'), 0), ' open, ', coalesce(sum(exceptions) FILTER (WHERE state = 'review'), 0), ' in review; ',
  coalesce(sum(exceptions) FILTER (WHERE severity = 'block'), 0), ' blocking, ', coalesce(sum(exceptions) FILTER (WHERE severity = 'high'), 0), ' high; ', coalesce(sum(exceptions) FILTER (WHERE class LIKE 'TECH%'), 0), ' technical') FROM exception_total WHERE standing = 'to_decide'
UNION ALL SELECT 6, 'Exceptions', 'in transit, not yet due', CAST(coalesce(sum(exceptions), 0) AS VARCHAR), '' FROM exception_total WHERE standing = 'waiting'
UNION ALL SELECT 6, 'Exceptions', 'before the cut-over', CAST(sum(exceptions) AS VARCHAR), '' FROM exception_total WHERE standing = 'before_cutover' HAVING count(*) > 0
UNION ALL SELECT 6, 'Exceptions', 'closed', CAST(sum(exceptions) AS VARCHAR), concat(coalesce(sum(exceptions) FILTER (WHERE state = 'resolved'), 0), ' resolved, ', coalesce(sum(exceptions) FILTER (WHERE state = 'written_off'), 0), ' written off, ',
  coalesce(sum(exceptions) FILTER (WHERE state = 'gone'), 0), ' gone') FROM exception_total WHERE standing = 'closed' HAVING count(*) > 0
UNION ALL SELECT 7, 'Coverage', concat('not controlled: ', replace(c.source, '_', ' '), CASE WHEN c.currency = '' THEN '' ELSE concat(' ', c.currency) END), CAST(c.lines AS VARCHAR),
  concat('no rule reads them', CASE WHEN c.currency = '' THEN '' ELSE concat('; ', regexp_replace(regexp_replace(CAST(c.amount AS VARCHAR), concat('0{', 4 - coalesce(u.decimals, 2), '}$'), ''), '\.$', ''), ' ', c.currency) END)
  FROM completeness AS c LEFT JOIN currency_unit AS u ON u.currency = c.currency WHERE c.control = 'not_controlled'
UNION ALL SELECT 7, 'Coverage', 'rows read, not followed', CAST(sum(lines) AS VARCHAR), string_agg(concat(replace(source, '_', ' '), ' ', lines), ', ' ORDER BY source)
  FROM (SELECT source, sum(lines) AS lines FROM completeness WHERE control = 'read' GROUP BY source) AS r HAVING count(*) > 0
UNION ALL SELECT 7, 'Coverage', concat('nothing landed: ', CASE kind WHEN 'account' THEN 'processor accounts' WHEN 'bank_account' THEN 'bank accounts' WHEN 'store' THEN 'stores' ELSE 'entities' END), CAST(count(*) AS VARCHAR),
  concat(string_agg(name, ', ' ORDER BY name), ': no ', CASE kind WHEN 'account' THEN 'settlement line, payout or dispute' WHEN 'bank_account' THEN 'statement' WHEN 'store' THEN 'order or payment' ELSE 'extract of Odoo' END)
  FROM coverage WHERE kind IN ('account', 'bank_account', 'store', 'entity') GROUP BY kind
UNION ALL SELECT 7, 'Coverage', concat('accounts not looked at: ', replace(split_part(name, '/', 2), '_', ' ')), CAST(sum(rows_left) AS VARCHAR), concat('items of Odoo in ', string_agg(split_part(name, '/', 1), ', ' ORDER BY name), '; no check holds the balance against anything')
  FROM coverage WHERE kind = 'role' AND rows_left > 0 GROUP BY split_part(name, '/', 2)
UNION ALL SELECT 7, 'Coverage', CASE state WHEN 'in_part' THEN 'packs that are off in some entities' ELSE 'not controlled: packs that are off' END, CAST(count(*) AS VARCHAR), concat(string_agg(name, ', ' ORDER BY name), CASE state WHEN 'in_part' THEN '' ELSE ': policies.csv switches them on' END)
  FROM coverage WHERE kind = 'pack' GROUP BY state
UNION ALL SELECT 7, 'Coverage', 'not said: who owns what', CAST(count(*) AS VARCHAR), concat(string_agg(name, ', ' ORDER BY name), ': ownership.csv has no row') FROM coverage WHERE kind = 'domain' HAVING count(*) > 0
UNION ALL SELECT 7, 'Coverage', concat('checks: ', replace(state, '_', ' ')), CAST(count(*) AS VARCHAR), string_agg(name, ', ' ORDER BY name) FROM coverage WHERE kind = 'check' AND state <> 'controlled' GROUP BY state
UNION ALL SELECT 7, 'Coverage', 'checks: controlled', CAST(count(*) AS VARCHAR), concat('of ', (SELECT count(*) FROM coverage WHERE kind = 'check'), '; both sides had rows since ', CAST(min(seen_from) AS VARCHAR)) FROM coverage WHERE kind = 'check' AND state = 'controlled' HAVING count(*) > 0
ORDER BY 1, 3, 5, 4
