-- Where every line ended.
SELECT source, currency, lines, amount, proven, in_transit, in_exception, resolved, unlooked FROM completeness ORDER BY source, currency
