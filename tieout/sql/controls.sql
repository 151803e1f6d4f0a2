-- What must hold in the books whatever the files say: one row per broken control.
SELECT concat('journal_entry ', entry_id, ': debits and credits differ by ', sum(debit) - sum(credit)) AS finding FROM journal_line GROUP BY entry_id, entity, currency HAVING sum(debit) <> sum(credit)
UNION ALL SELECT concat('completeness ', source, ' ', currency, ': the parts do not sum to the lines') FROM completeness WHERE lines <> proven + in_transit + in_exception + resolved + unlooked
UNION ALL SELECT concat('completeness ', source, ' ', currency, ': the parts do not sum to the amount') FROM completeness WHERE amount <> proven_amount + in_transit_amount + in_exception_amount + resolved_amount + unlooked_amount
UNION ALL SELECT concat('payout_proof ', account, '/', payout_id, ': proven with a residual') FROM payout_proof WHERE state = 'proven' AND residual <> 0
UNION ALL SELECT concat('payout_bucket ', b.account, '/', b.payout_id, ': buckets do not sum to the lines') FROM payout_bucket AS b JOIN payout_proof AS p ON p.account = b.account AND p.payout_id = b.payout_id AND p.currency = b.currency
  GROUP BY b.account, b.payout_id, p.lines_net HAVING sum(b.amount) <> p.lines_net
UNION ALL SELECT concat('journal_entry ', r.entry_id, ': does not take back ', r.subject_key, ' on account ', l.odoo_account)
  FROM journal_entry AS r JOIN journal_line AS l ON l.entry_id = r.entry_id OR l.entry_id = r.subject_key WHERE r.kind = 'J-20' GROUP BY r.entry_id, r.subject_key, l.odoo_account HAVING sum(l.debit) <> sum(l.credit)
UNION ALL SELECT concat('export_entry ', entry_id, ': in ', count(*), ' files') FROM export_entry WHERE entry_id NOT IN (SELECT subject_key FROM decision WHERE kind = 'export_again') GROUP BY entry_id HAVING count(*) > 1
UNION ALL SELECT concat('settlement_line ', account, '/', line_id, ': two current rows') FROM settlement_line_current GROUP BY account, line_id HAVING count(*) > 1
UNION ALL SELECT concat('sales_order ', store, '/', order_name, ': two current rows') FROM sales_order_current GROUP BY store, order_name HAVING count(*) > 1
ORDER BY 1
