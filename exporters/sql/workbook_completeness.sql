-- Where every line ended.
SELECT replace(source, '_', ' '), currency, lines, proven, in_transit, in_exception, resolved, unlooked, amount FROM completeness ORDER BY source, currency
