/*
title = "Payouts and bank lines, one to one, by what names them"
kind = "fact"
why = "What a person confirmed; then the reference that the payout carries, as a whole word, and where that is in several lines or several payouts carry it, the equal amount among them, the first of several: the payout came once, what comes on a later day with its reference is money that no payout explains; of several on the first day nothing tells which; then, over what is left, the reference as the bank changed it. A reference with the same letters and figures decides, whatever the amount; a part of it, where the amount is equal or a bank charge of at most a twentieth is missing; one with a wrong character, where the amount is equal. A line more than two weeks older than the payout is of another time. A pair stands when each side has one way; the others are kept, because a group of several must not be taken from them. What a person undid stays apart, what went back belongs to nobody. A payout that was open at the cut-over, and that no file of the processor lists, is one more of them; its bank line is later than the cut-over and has its amount."
reads = ["payout_due", "bank_line_current", "bank_name", "bank_said", "bank_return"]
*/
WITH confirmed AS (
  SELECT account, payout_id, bank_account, bank_key FROM bank_said WHERE action = 'confirmed'
), gone AS (
  SELECT bank_account, bank_key FROM bank_return UNION SELECT bank_account, back_key FROM bank_return
), named AS (
  SELECT d.account, d.payout_id, b.bank_account, b.bank_reference AS bank_key, n.strength, b.booked_on, b.amount = d.amount AND b.currency = d.currency AS agrees
  FROM bank_name AS n
  JOIN payout_due AS d ON d.account = n.account AND d.payout_id = n.payout_id AND NOT d.is_failed
  JOIN bank_line_current AS b ON b.bank_account = n.bank_account AND b.bank_reference = n.bank_key
    AND (d.open_on IS NULL OR (b.currency = d.currency AND b.amount = d.amount AND b.booked_on >= d.open_on))
    AND (d.paid_on IS NULL OR b.booked_on >= d.paid_on - 14)
  WHERE (n.strength <= 2 OR (b.amount = d.amount AND b.currency = d.currency)
      OR (n.strength = 3 AND b.currency = d.currency AND b.booked_on BETWEEN d.from_on AND d.until_on AND b.amount < d.amount AND CAST(b.amount AS DECIMAL(28,4)) * 20 >= CAST(d.amount AS DECIMAL(28,4)) * 19))
    AND NOT EXISTS (SELECT 1 FROM confirmed AS c WHERE c.account = d.account AND c.payout_id = d.payout_id)
    AND NOT EXISTS (SELECT 1 FROM gone AS g WHERE g.bank_account = b.bank_account AND g.bank_key = b.bank_reference)
    AND NOT EXISTS (SELECT 1 FROM bank_said AS s WHERE s.bank_account = b.bank_account AND s.bank_key = b.bank_reference AND (s.action = 'confirmed' OR (s.account = d.account AND s.payout_id = d.payout_id)))
), counted AS (
  SELECT account, payout_id, bank_account, bank_key, strength, agrees,
    count(*) OVER (PARTITION BY strength = 1, account, payout_id) AS left_ways, count(*) OVER (PARTITION BY strength = 1, bank_account, bank_key) AS right_ways,
    count(*) FILTER (WHERE agrees) OVER (PARTITION BY strength = 1, account, payout_id) AS left_equal, count(*) FILTER (WHERE agrees) OVER (PARTITION BY strength = 1, bank_account, bank_key) AS right_equal,
    rank() OVER (PARTITION BY strength = 1, account, payout_id ORDER BY agrees DESC, booked_on) AS left_place, count(*) OVER (PARTITION BY strength = 1, account, payout_id, agrees, booked_on) AS left_alike
  FROM named
), paired AS (
  SELECT account, payout_id, bank_account, bank_key, 'confirmed by a person' AS pass, TRUE AS stands FROM confirmed
  UNION ALL
  SELECT account, payout_id, bank_account, bank_key, CASE strength WHEN 1 THEN 'bank reference' WHEN 2 THEN 'bank reference, written otherwise' WHEN 3 THEN 'part of the bank reference' ELSE 'bank reference, one character wrong' END,
    (left_ways = 1 AND right_ways = 1) OR (agrees AND right_equal = 1 AND (left_equal = 1 OR (strength = 1 AND left_place = 1 AND left_alike = 1)))
  FROM counted
)
SELECT p.account, p.payout_id, d.entity, d.currency, d.processor, d.paid_on, d.amount, d.open_on, p.bank_account, p.bank_key, b.amount AS line_amount, b.booked_on, b.file_id, b.row_no, p.pass, p.stands
FROM paired AS p
JOIN payout_due AS d ON d.account = p.account AND d.payout_id = p.payout_id AND NOT d.is_failed
JOIN bank_line_current AS b ON b.bank_account = p.bank_account AND b.bank_reference = p.bank_key
