-- Where every line ended.
SELECT replace(source, '_', ' '), currency, lines, proven, in_transit, in_exception, resolved, unlooked, CAST(amount AS DECIMAL(18,2)) FROM completeness ORDER BY source, currency
