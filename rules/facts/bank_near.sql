/*
title = "Nearest candidates of what found no partner"
kind = "fact"
why = "For each open bank line of a processor and each open payout the three nearest of the other side within thirty days, which conditions they meet and which not, and a settlement line that has the difference. Where a bank account has more than 100,000 such pairs of one processor none is near: too many are open to say anything of one."
reads = ["payout_due", "bank_line_current", "bank_name", "bank_tie", "match_bank_line", "payout_of_line", "settlement_line_current"]
*/
WITH due AS (
  SELECT account, payout_id, bank_account, processor, currency, amount, paid_on, from_on, until_on, bank_reference
  FROM payout_due AS d
  WHERE NOT is_failed AND bank_account IS NOT NULL AND paid_on IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM match_bank_line AS m WHERE m.account = d.account AND m.payout_id = d.payout_id AND m.shape IS DISTINCT FROM 'returned')
    AND NOT EXISTS (SELECT 1 FROM bank_tie AS t WHERE t.side = 'payout' AND t.account = d.account AND t.payout_id = d.payout_id)
), line AS (
  SELECT bank_account, bank_reference AS bank_key, processor, currency, amount, booked_on, standing
  FROM bank_line_current AS b
  WHERE processor IS NOT NULL AND amount <> 0
    AND NOT EXISTS (SELECT 1 FROM match_bank_line AS m WHERE m.bank_account = b.bank_account AND m.bank_key = b.bank_reference)
    AND NOT EXISTS (SELECT 1 FROM bank_tie AS t WHERE t.side = 'line' AND t.bank_account = b.bank_account AND t.bank_key = b.bank_reference)
), few AS (
  SELECT d.bank_account, d.processor
  FROM (SELECT bank_account, processor, count(*) AS items FROM due GROUP BY bank_account, processor) AS d
  JOIN (SELECT bank_account, processor, count(*) AS items FROM line GROUP BY bank_account, processor) AS l ON l.bank_account = d.bank_account AND l.processor = d.processor
  WHERE d.items * l.items <= 100000
), pair AS (
  SELECT d.account, d.payout_id, l.bank_account, l.bank_key, l.standing, l.amount - d.amount AS delta, l.currency = d.currency AS same_currency, d.bank_reference,
    CASE WHEN d.from_on IS NULL OR l.booked_on BETWEEN d.from_on AND d.until_on THEN 0 WHEN l.booked_on < d.from_on THEN date_diff('day', d.from_on, l.booked_on) ELSE date_diff('day', d.until_on, l.booked_on) END AS days_off,
    row_number() OVER (PARTITION BY l.bank_account, l.bank_key ORDER BY l.currency <> d.currency, abs(l.amount - d.amount), abs(date_diff('day', d.paid_on, l.booked_on)), d.account, d.payout_id) AS line_place,
    row_number() OVER (PARTITION BY d.account, d.payout_id ORDER BY l.currency <> d.currency, abs(l.amount - d.amount), abs(date_diff('day', d.paid_on, l.booked_on)), l.bank_key) AS payout_place
  FROM due AS d
  JOIN few AS f ON f.bank_account = d.bank_account AND f.processor = d.processor
  JOIN line AS l ON l.bank_account = f.bank_account AND l.processor = f.processor AND date_diff('day', d.paid_on, l.booked_on) BETWEEN -30 AND 30
), near AS (
  SELECT account, payout_id, bank_account, bank_key, standing, delta, same_currency, bank_reference, days_off, line_place, payout_place FROM pair WHERE line_place <= 3 OR payout_place <= 3
), other AS (
  SELECT bank_account, bank_key, min(concat(account, '/', payout_id)) AS payout_key FROM bank_name WHERE strength <= 2 GROUP BY bank_account, bank_key
), cause AS (
  SELECT n.account, n.payout_id, n.bank_account, n.bank_key, min(concat(CASE WHEN abs(l.fee) = abs(n.delta) THEN 'the fee' WHEN abs(l.net) = abs(n.delta) THEN 'the net' ELSE 'the gross' END, ' of line ', l.line_id)) AS why
  FROM near AS n
  JOIN payout_of_line AS o ON o.account = n.account AND o.payout_id = n.payout_id
  JOIN settlement_line_current AS l ON l.account = o.account AND l.line_id = o.line_id AND l.bucket <> 'payout' AND abs(n.delta) IN (abs(l.fee), abs(l.net), abs(l.gross))
  WHERE n.delta <> 0 GROUP BY n.account, n.payout_id, n.bank_account, n.bank_key HAVING count(*) = 1
), told AS (
  SELECT n.account, n.payout_id, n.bank_account, n.bank_key, n.line_place, n.payout_place, n.delta,
    concat_ws(', ', CASE WHEN n.delta <> 0 THEN 'amount equal' END, CASE WHEN NOT n.same_currency THEN 'currency equal' END, CASE WHEN n.days_off <> 0 THEN 'day within the window' END,
      CASE WHEN n.standing = 'announced' THEN 'booked by a statement' END, CASE WHEN o.payout_key IS NOT NULL THEN 'no reference of another payout' WHEN n.bank_reference IS NOT NULL THEN 'reference equal' END) AS failed,
    concat_ws(', ', CASE WHEN n.delta = 0 THEN 'amount equal' END, CASE WHEN n.same_currency THEN 'currency equal' END, CASE WHEN n.days_off = 0 THEN 'day within the window' END,
      CASE WHEN n.standing <> 'announced' THEN 'booked by a statement' END) AS passed,
    concat_ws('; ', CASE WHEN n.delta <> 0 AND c.why IS NOT NULL THEN concat('differs by ', CAST(abs(n.delta) AS VARCHAR), ' = ', c.why) END,
      CASE WHEN n.days_off > 0 THEN concat('booked ', n.days_off, ' days after the window') WHEN n.days_off < 0 THEN concat('booked ', - n.days_off, ' days before the window') END,
      CASE WHEN o.payout_key IS NOT NULL THEN concat('the line names ', o.payout_key) END) AS note
  FROM near AS n
  LEFT JOIN other AS o ON o.bank_account = n.bank_account AND o.bank_key = n.bank_key
  LEFT JOIN cause AS c ON c.account = n.account AND c.payout_id = n.payout_id AND c.bank_account = n.bank_account AND c.bank_key = n.bank_key
)
SELECT account, payout_id, bank_account, bank_key, line_place, payout_place, delta,
  concat('","failed":"', failed, '","passed":"', passed, '","delta":"', CAST(delta AS VARCHAR), CASE WHEN note <> '' THEN concat('","note":"', replace(replace(note, chr(92), ''), '"', '')) ELSE '' END, '"}') AS words
FROM told
