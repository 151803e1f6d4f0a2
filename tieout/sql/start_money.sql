-- The currencies of each processor's file, the days of which it speaks, and how many rows it has in each.
SELECT account AS look, currency, count(*) AS rows, min(booked_on) AS first_on, max(booked_on) AS last_on FROM look.settlement_line GROUP BY account, currency
UNION ALL
SELECT account, currency, count(*), min(paid_on), max(paid_on) FROM look.payout WHERE account NOT IN (SELECT account FROM look.settlement_line) GROUP BY account, currency
ORDER BY look, rows DESC, currency
