/*
title = "Payouts and bank lines that nothing tells apart"
kind = "fact"
why = "One set for each: payouts and lines of one amount that reach each other, groups and sums that compete for a member, a reference that several lines or payouts have and that no sum resolves. All members of the set are here; they wait in it."
reads = ["bank_pair", "bank_open", "bank_group", "bank_sum"]
*/
WITH RECURSIVE settled AS (
  SELECT account, payout_id, bank_account, bank_key FROM bank_pair WHERE stands
  UNION ALL SELECT account, payout_id, bank_account, bank_key FROM bank_group WHERE ways = 1
  UNION ALL SELECT account, payout_id, bank_account, bank_key FROM bank_sum WHERE ways = 1
), named AS (
  SELECT p.account, p.payout_id, p.bank_account, p.bank_key FROM bank_pair AS p
  WHERE NOT p.stands AND NOT EXISTS (SELECT 1 FROM settled AS s WHERE s.account = p.account AND s.payout_id = p.payout_id)
    AND NOT EXISTS (SELECT 1 FROM settled AS s WHERE s.bank_account = p.bank_account AND s.bank_key = p.bank_key)
), equal AS (
  SELECT set_key, side, account, payout_id, CASE WHEN side = 'line' THEN bank_account END AS bank_account, bank_key FROM bank_open WHERE set_key IS NOT NULL AND NOT (payouts = 1 AND lines = 1)
), rival AS (
  SELECT group_key AS set_key, 'payout' AS side, account, payout_id, CAST(NULL AS VARCHAR) AS bank_account, CAST(NULL AS VARCHAR) AS bank_key FROM bank_group WHERE ways > 1
  UNION SELECT group_key, 'line', NULL, NULL, bank_account, bank_key FROM bank_group WHERE ways > 1
  UNION SELECT group_key, 'payout', account, payout_id, NULL, NULL FROM bank_sum WHERE ways > 1 AND NOT is_rest
  UNION SELECT group_key, 'line', NULL, NULL, bank_account, bank_key FROM bank_sum WHERE ways > 1 AND NOT is_rest
  UNION SELECT concat_ws('|', 'named', account, payout_id), 'payout', account, payout_id, NULL, NULL FROM named
  UNION SELECT concat_ws('|', 'named', account, payout_id), 'line', NULL, NULL, bank_account, bank_key FROM named
), hinge AS (
  -- the sets of each payout and each line that a rival has
  SELECT set_key, concat_ws('|', side, account, payout_id, bank_account, bank_key) AS member_key FROM rival
  UNION
  SELECT e.set_key, concat_ws('|', e.side, e.account, e.payout_id, e.bank_account, e.bank_key)
  FROM equal AS e
  WHERE (e.side = 'payout' AND EXISTS (SELECT 1 FROM rival AS r WHERE r.side = 'payout' AND r.account = e.account AND r.payout_id = e.payout_id))
    OR (e.side = 'line' AND EXISTS (SELECT 1 FROM rival AS r WHERE r.side = 'line' AND r.bank_account = e.bank_account AND r.bank_key = e.bank_key))
), link AS (
  SELECT DISTINCT a.set_key, b.set_key AS other_key FROM hinge AS a JOIN hinge AS b ON b.member_key = a.member_key
), reach AS (
  SELECT set_key, set_key AS root_key FROM link
  UNION
  SELECT l.other_key, r.root_key FROM reach AS r JOIN link AS l ON l.set_key = r.set_key
), root AS (
  SELECT set_key, min(root_key) AS root_key FROM reach GROUP BY set_key
)
SELECT coalesce(r.root_key, e.set_key) AS tie_key, e.side, e.account, e.payout_id, e.bank_account, e.bank_key FROM equal AS e LEFT JOIN root AS r ON r.set_key = e.set_key
UNION
SELECT coalesce(r.root_key, v.set_key), v.side, v.account, v.payout_id, v.bank_account, v.bank_key FROM rival AS v LEFT JOIN root AS r ON r.set_key = v.set_key
