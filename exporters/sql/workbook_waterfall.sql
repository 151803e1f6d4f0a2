-- Broken payouts, the most money first (of several currencies the largest of each, then the second of each), each as steps from its sales to the bank: what a step adds or takes away, and where its bar stands (from `floor` up or down, above and below zero apart).
WITH broken AS (
  SELECT account, payout_id, currency, coalesce(residual, 0) AS residual, payout_amount, bank_amount, lines_net, why,
    row_number() OVER (PARTITION BY currency ORDER BY greatest(abs(coalesce(residual, 0)), abs(coalesce(payout_amount, lines_net) - coalesce(bank_amount, 0))) DESC, account, payout_id) AS place
  FROM payout_proof WHERE state = 'broken'
), wide AS (
  SELECT *, row_number() OVER (ORDER BY place, currency, account, payout_id) AS payout_place FROM broken
), step AS (
  SELECT w.account, w.payout_id, CASE b.bucket WHEN 'sale' THEN 1 WHEN 'refund' THEN 2 WHEN 'fee' THEN 3 WHEN 'unknown' THEN 5 ELSE 4 END AS place, replace(b.bucket, '_', ' ') AS label, b.amount, FALSE AS is_sum
  FROM wide AS w JOIN payout_bucket AS b ON b.account = w.account AND b.payout_id = w.payout_id WHERE b.amount <> 0
  UNION ALL SELECT account, payout_id, 6, 'lines together', lines_net, TRUE FROM wide
  UNION ALL SELECT account, payout_id, 7, 'not in the lines', residual, FALSE FROM wide WHERE residual <> 0
  UNION ALL SELECT account, payout_id, 8, 'payout', payout_amount, TRUE FROM wide WHERE residual <> 0
  UNION ALL SELECT account, payout_id, 9, 'not at the bank', coalesce(bank_amount, 0) - coalesce(payout_amount, lines_net), FALSE FROM wide WHERE coalesce(bank_amount, 0) <> coalesce(payout_amount, lines_net)
  UNION ALL SELECT account, payout_id, 10, 'bank', coalesce(bank_amount, 0), TRUE FROM wide
), run AS (
  SELECT s.*, CASE WHEN is_sum THEN 0 ELSE coalesce(sum(CASE WHEN is_sum THEN 0 ELSE amount END) OVER (PARTITION BY account, payout_id ORDER BY place, label ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) END AS before
  FROM step AS s
), span AS (
  SELECT r.*, least(before, before + amount) AS low, greatest(before, before + amount) AS high FROM run AS r
)
SELECT w.payout_place, w.account, w.payout_id, w.why, w.currency, s.label, s.amount,
  CASE WHEN s.low >= 0 THEN s.low WHEN s.high <= 0 THEN s.high ELSE 0 END AS floor,
  CASE WHEN s.is_sum THEN s.amount ELSE 0 END AS whole,
  CASE WHEN NOT s.is_sum AND s.amount > 0 THEN greatest(s.high, 0) - greatest(s.low, 0) ELSE 0 END AS gain,
  CASE WHEN NOT s.is_sum AND s.amount > 0 THEN least(s.low, 0) - least(s.high, 0) ELSE 0 END AS gain_below,
  CASE WHEN NOT s.is_sum AND s.amount < 0 THEN greatest(s.high, 0) - greatest(s.low, 0) ELSE 0 END AS loss,
  CASE WHEN NOT s.is_sum AND s.amount < 0 THEN least(s.low, 0) - least(s.high, 0) ELSE 0 END AS loss_below
FROM wide AS w JOIN span AS s ON s.account = w.account AND s.payout_id = w.payout_id
WHERE w.payout_place <= $most
ORDER BY w.payout_place, s.place, s.label
