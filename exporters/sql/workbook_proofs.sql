-- Every payout with its buckets side by side.
WITH wide AS (
  SELECT account, payout_id, sum(amount) FILTER (WHERE bucket = 'sale') AS sale, sum(amount) FILTER (WHERE bucket = 'refund') AS refund, sum(amount) FILTER (WHERE bucket = 'fee') AS fee,
    sum(amount) FILTER (WHERE bucket = 'dispute') AS dispute, sum(amount) FILTER (WHERE bucket = 'dispute_fee') AS dispute_fee, sum(amount) FILTER (WHERE bucket = 'reserve') AS reserve,
    sum(amount) FILTER (WHERE bucket = 'adjustment') AS adjustment, sum(amount) FILTER (WHERE bucket = 'unknown') AS unknown,
    sum(amount) FILTER (WHERE bucket NOT IN ('sale', 'refund', 'fee', 'dispute', 'dispute_fee', 'reserve', 'adjustment', 'unknown')) AS other
  FROM payout_bucket GROUP BY account, payout_id
)
SELECT p.account, p.payout_id, p.entity, p.paid_on, p.state, p.bank_amount, p.payout_amount, p.lines_net, p.residual, p.currency, w.sale, w.refund, w.fee,
  w.dispute, w.dispute_fee, w.reserve, w.adjustment, w.other, w.unknown,
  p.clearing_movement, p.entry_ref, p.bank_line_key, p.why
FROM payout_proof AS p LEFT JOIN wide AS w ON w.account = p.account AND w.payout_id = p.payout_id
ORDER BY CASE p.state WHEN 'broken' THEN 0 WHEN 'unlooked' THEN 1 WHEN 'in_transit' THEN 2 ELSE 3 END, p.paid_on, p.account, p.payout_id
