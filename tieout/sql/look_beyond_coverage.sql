-- Owners that mappings name and of which nothing has landed, then accounts of Odoo that no check looks at: what they are, and how many items; then what is booked and nobody is said to own, and packs of checks that no entity has switched on.
SELECT CASE kind WHEN 'account' THEN 'no settlement line, payout or dispute has landed' WHEN 'bank_account' THEN 'no statement has landed' WHEN 'store' THEN 'no order or payment has landed' WHEN 'entity' THEN 'no extract of Odoo has landed'
    ELSE 'no check holds the balance against anything' END AS why, CASE kind WHEN 'account' THEN 'processor account' ELSE replace(kind, '_', ' ') END AS what, name, rows_left AS items
FROM coverage WHERE kind IN ('account', 'bank_account', 'store', 'entity') OR (kind = 'role' AND rows_left > 0)
UNION ALL
SELECT 'ownership.csv has no row', 'who owns', string_agg(name, ', ' ORDER BY name), 0 FROM coverage WHERE kind = 'domain' HAVING count(*) > 0
UNION ALL
SELECT concat('policies.csv switches them on in no entity, ', CAST(sum(rules) AS VARCHAR), ' checks'), 'packs', string_agg(name, ', ' ORDER BY name), 0 FROM coverage WHERE kind = 'pack' AND state = 'not_controlled' HAVING count(*) > 0
ORDER BY what = 'packs', what = 'who owns', what = 'role', what, name
