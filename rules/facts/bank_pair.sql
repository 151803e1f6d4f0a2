/*
title = "Payouts and bank lines, one to one"
kind = "fact"
why = "What a person confirmed; then the reference that the payout carries, as a whole word, and where that is in several lines or several payouts carry it, the equal amount among them; else amount, currency and window. A pair stands when each side has one way; the others are kept, because a group of several must not be taken from them. What a person undid stays apart. A payout that was open at the cut-over, and that no file of the processor lists, is one more of them; its bank line is later than the cut-over and has its amount."
reads = ["payout_fact", "bank_line_current", "rule_parameter", "match_said", "opening_fact"]
*/
WITH due AS (
  SELECT account, payout_id, entity, currency, bank_account, bank_reference, processor, paid_on, coalesce(payout_amount, lines_net) AS amount, CAST(NULL AS DATE) AS open_on
  FROM payout_fact WHERE status NOT IN ('failed', 'canceled') AND coalesce(payout_amount, lines_net) <> 0
  UNION ALL
  SELECT o.account, o.reference, o.entity, o.currency, o.bank_account, o.reference, o.processor, o.due_on, o.amount, o.cutover_on
  FROM opening_fact AS o
  WHERE o.kind = 'unpaid_payout' AND NOT EXISTS (SELECT 1 FROM payout_fact AS p WHERE p.account = o.account AND o.reference IN (p.payout_id, p.payout_key, p.bank_reference))
), said AS (
  SELECT d.account, d.payout_id, b.bank_account, b.bank_reference AS bank_key, s.action
  FROM match_said AS s
  JOIN due AS d ON s.left_kind = 'payout' AND concat(d.account, '/', d.payout_id) = s.left_key
  JOIN bank_line_current AS b ON b.currency = d.currency AND concat(b.bank_account, '/', b.bank_reference) = s.right_key
), confirmed AS (
  SELECT account, payout_id, bank_account, bank_key FROM said WHERE action = 'confirmed'
), free AS (
  SELECT d.account, d.payout_id, d.entity, d.currency, d.bank_account, d.bank_reference, d.processor, d.paid_on, d.amount, d.open_on FROM due AS d
  WHERE NOT EXISTS (SELECT 1 FROM confirmed AS c WHERE c.account = d.account AND c.payout_id = d.payout_id)
), word AS (
  SELECT bank_account, bank_reference AS bank_key, upper(end_to_end) AS word FROM bank_line_current WHERE standing = 'booked' AND end_to_end IS NOT NULL
  UNION
  SELECT bank_account, bank_reference, upper(unnest(string_split_regex(descriptor, '[^A-Za-z0-9._-]+'))) FROM bank_line_current WHERE standing = 'booked' AND descriptor IS NOT NULL
  UNION  -- the same without a full stop behind it, and with the slashes that some references have
  SELECT bank_account, bank_reference, upper(trim(unnest(string_split_regex(descriptor, '[^A-Za-z0-9._/-]+')), '._-/')) FROM bank_line_current WHERE standing = 'booked' AND descriptor IS NOT NULL
), named AS (
  SELECT d.account, d.payout_id, w.bank_account, w.bank_key, b.amount = d.amount AND b.currency = d.currency AS agrees,
    count(*) OVER (PARTITION BY d.account, d.payout_id) AS left_ways, count(*) OVER (PARTITION BY w.bank_account, w.bank_key) AS right_ways
  FROM free AS d JOIN word AS w ON w.bank_account = d.bank_account AND w.word = upper(d.bank_reference)
  JOIN bank_line_current AS b ON b.bank_account = w.bank_account AND b.bank_reference = w.bank_key
    AND (d.open_on IS NULL OR (b.currency = d.currency AND b.amount = d.amount AND b.booked_on >= d.open_on))
  WHERE NOT EXISTS (SELECT 1 FROM said AS s WHERE s.bank_account = w.bank_account AND s.bank_key = w.bank_key AND (s.action = 'confirmed' OR (s.account = d.account AND s.payout_id = d.payout_id)))
), equal AS (
  SELECT account, payout_id, bank_account, bank_key, left_ways = 1 AND right_ways = 1 AS alone, agrees,
    count(*) FILTER (WHERE agrees) OVER (PARTITION BY account, payout_id) AS left_equal, count(*) FILTER (WHERE agrees) OVER (PARTITION BY bank_account, bank_key) AS right_equal
  FROM named
), first_pass AS (
  SELECT account, payout_id, bank_account, bank_key, alone OR (agrees AND left_equal = 1 AND right_equal = 1) AS stands FROM equal
), composite AS (
  SELECT d.account, d.payout_id, b.bank_account, b.bank_reference AS bank_key,
    count(*) OVER (PARTITION BY d.account, d.payout_id) AS left_ways, count(*) OVER (PARTITION BY b.bank_account, b.bank_reference) AS right_ways
  FROM free AS d
  JOIN rule_parameter AS w ON w.rule = 'Y-04' AND w.name = 'window_days' AND w.entity = d.entity
  JOIN bank_line_current AS b ON b.bank_account = d.bank_account AND b.processor = d.processor AND b.currency = d.currency AND b.amount = d.amount AND b.standing = 'booked'
    AND date_diff('day', d.paid_on, b.booked_on) BETWEEN -2 AND CAST(w.value AS INTEGER)
  WHERE (d.bank_reference IS NULL OR b.booked_on >= d.open_on)
    AND NOT EXISTS (SELECT 1 FROM said AS s WHERE s.bank_account = b.bank_account AND s.bank_key = b.bank_reference AND (s.action = 'confirmed' OR (s.account = d.account AND s.payout_id = d.payout_id)))
    AND NOT EXISTS (SELECT 1 FROM first_pass AS f WHERE f.stands AND f.account = d.account AND f.payout_id = d.payout_id)
    AND NOT EXISTS (SELECT 1 FROM first_pass AS f WHERE f.stands AND f.bank_account = b.bank_account AND f.bank_key = b.bank_reference)
), paired AS (
  SELECT account, payout_id, bank_account, bank_key, 'confirmed by a person' AS pass, TRUE AS stands FROM confirmed
  UNION ALL
  SELECT account, payout_id, bank_account, bank_key, 'bank reference', stands FROM first_pass
  UNION ALL
  SELECT account, payout_id, bank_account, bank_key, 'amount, currency and window', left_ways = 1 AND right_ways = 1 FROM composite
)
SELECT p.account, p.payout_id, d.entity, d.currency, d.processor, d.paid_on, d.amount, d.open_on, p.bank_account, p.bank_key, b.amount AS line_amount, b.booked_on, b.file_id, b.row_no, p.pass, p.stands
FROM paired AS p
JOIN due AS d ON d.account = p.account AND d.payout_id = p.payout_id
JOIN bank_line_current AS b ON b.bank_account = p.bank_account AND b.bank_reference = p.bank_key
