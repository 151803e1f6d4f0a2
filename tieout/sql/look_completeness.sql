-- Where every row ended.
SELECT source, currency, lines, amount, proven, in_transit, in_exception, resolved, unlooked, control FROM completeness ORDER BY source, currency
