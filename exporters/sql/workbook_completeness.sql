-- Where every row ended, and whether rules look at its table.
SELECT replace(source, '_', ' '), currency, lines, proven, in_transit, in_exception, resolved, unlooked, amount, control FROM completeness ORDER BY source, currency
