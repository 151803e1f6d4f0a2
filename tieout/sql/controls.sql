-- What must hold in the books whatever the files say: one row per broken control.
SELECT concat('journal_entry ', entry_id, ': debits and credits differ by ', sum(debit) - sum(credit)) AS finding FROM journal_line GROUP BY entry_id, entity, currency HAVING sum(debit) <> sum(credit)
UNION ALL SELECT concat('completeness ', source, ' ', currency, ': the parts do not sum to the lines') FROM completeness WHERE lines <> proven + in_transit + in_exception + resolved + unlooked
UNION ALL SELECT concat('completeness ', source, ' ', currency, ': the parts do not sum to the amount') FROM completeness WHERE amount <> proven_amount + in_transit_amount + in_exception_amount + resolved_amount + unlooked_amount
UNION ALL SELECT concat('payout_proof ', account, '/', payout_id, ': proven with a residual') FROM payout_proof WHERE state = 'proven' AND residual <> 0
UNION ALL SELECT concat('payout_bucket ', b.account, '/', b.payout_id, ': buckets do not sum to the lines') FROM payout_bucket AS b JOIN payout_proof AS p ON p.account = b.account AND p.payout_id = b.payout_id AND p.currency = b.currency
  GROUP BY b.account, b.payout_id, p.lines_net HAVING sum(b.amount) <> p.lines_net
UNION ALL SELECT concat('journal_entry ', r.entry_id, ': does not take back ', r.subject_key, ' on account ', l.odoo_account)
  FROM journal_entry AS r JOIN journal_line AS l ON l.entry_id = r.entry_id OR l.entry_id = r.subject_key WHERE r.kind = 'J-20' GROUP BY r.entry_id, r.subject_key, l.odoo_account HAVING sum(l.debit) <> sum(l.credit)
UNION ALL SELECT concat('export_entry ', entry_id, ': in ', count(*), ' files') FROM export_entry WHERE entry_id NOT IN (SELECT subject_key FROM decision WHERE kind = 'export_again')
  AND entry_id NOT IN (SELECT x.entry_id FROM decision AS d JOIN export_file AS f ON f.path = d.subject_key JOIN export_entry AS x ON x.export_id = f.export_id WHERE d.kind = 'export_again') GROUP BY entry_id HAVING count(*) > 1
UNION ALL SELECT concat('settlement_line ', account, '/', line_id, ': two current rows') FROM settlement_line_current GROUP BY account, line_id HAVING count(*) > 1
UNION ALL SELECT concat('sales_order ', store, '/', order_name, ': two current rows') FROM sales_order_current GROUP BY store, order_name HAVING count(*) > 1
UNION ALL SELECT concat('run_step ', run_id, ' land: ', read, ' rows were read, and new, same, versions and left out are ', new + same + versions + left_out) FROM run_step WHERE step = 'land' AND read <> new + same + versions + left_out
UNION ALL SELECT concat('run_step ', s.run_id, ' land: records, new, same and versions are ', concat_ws(', ', s.records, s.new, s.same, s.versions), ', those of its files ', concat_ws(', ', coalesce(f.records, 0), coalesce(f.new, 0), coalesce(f.same, 0), coalesce(f.versions, 0)))
  FROM run_step AS s LEFT JOIN (SELECT run_id, sum(rows) AS records, sum(new) AS new, sum(same) AS same, sum(versions) AS versions FROM file GROUP BY run_id) AS f ON f.run_id = s.run_id
  WHERE s.step = 'land' AND s.records IS NOT NULL AND (s.records <> coalesce(f.records, 0) OR s.new <> coalesce(f.new, 0) OR s.same <> coalesce(f.same, 0) OR s.versions <> coalesce(f.versions, 0))
UNION ALL SELECT concat('payout_proof ', p.account, '/', p.payout_id, ': its lines are ', p.lines_net, ', the settlement lines of the payout sum to ', coalesce(l.net, 0))
  FROM payout_proof AS p LEFT JOIN (
    SELECT s.account, coalesce(b.payout_id, s.payout_id) AS payout_id, s.currency, sum(s.net) AS net FROM settlement_line_current AS s
    LEFT JOIN payout_of_line AS b ON b.account = s.account AND b.line_id = s.line_id LEFT JOIN returned_payout AS r ON r.account = s.account AND r.line_id = s.line_id
    WHERE s.bucket <> 'payout' OR r.line_id IS NOT NULL GROUP BY ALL) AS l
    ON l.account = p.account AND l.payout_id = p.payout_id AND l.currency = p.currency WHERE p.lines_net <> coalesce(l.net, 0)
UNION ALL SELECT concat('exception_total ', coalesce(t.state, e.state), ': ', coalesce(t.told, 0), ' are told, there are ', coalesce(e.there, 0)) FROM (SELECT state, sum(exceptions) AS told FROM exception_total GROUP BY state) AS t
  FULL JOIN (SELECT state, count(*) AS there FROM exception GROUP BY state) AS e ON e.state = t.state WHERE t.told IS DISTINCT FROM e.there
UNION ALL SELECT concat('exception ', coalesce(x.exception_id, e.exception_id), ': not what its last event says')
  FROM exception AS x FULL JOIN (SELECT * FROM exception_event QUALIFY row_number() OVER (PARTITION BY exception_id ORDER BY rowid DESC) = 1) AS e ON e.exception_id = x.exception_id
  WHERE (x.exception_id, x.state, x.code, x.subject_key, x.expected, x.actual, x.difference, x.currency) IS DISTINCT FROM (e.exception_id, e.state, e.code, e.subject_key, e.expected, e.actual, e.difference, e.currency)
ORDER BY 1
