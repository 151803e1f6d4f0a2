-- How often one company's posted journal items stand on each account, and how often for a tax on what is sold.
SELECT account_code, count(*) AS items, count(*) FILTER (tax_name IS NOT NULL AND move_type IN ('out_invoice', 'out_refund', 'out_receipt')) AS taxed
FROM look.odoo_journal_item WHERE entity IN (SELECT unnest($looks)) AND parent_state = 'posted' AND account_code IS NOT NULL GROUP BY account_code ORDER BY account_code
