-- What the books hold, for the end of a run.
SELECT (SELECT count(*) FROM sales_order_current) AS orders, (SELECT count(*) FROM settlement_line_current) AS lines, (SELECT count(*) FROM payout_proof WHERE state = 'proven') AS proven, (SELECT count(*) FROM payout_proof WHERE state = 'in_transit') AS in_transit, (SELECT count(*) FROM payout_proof WHERE state = 'broken') AS broken
