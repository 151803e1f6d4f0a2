-- Opening positions that lack what their kind needs: the first of them.
SELECT row_no, CASE WHEN account = '' AND kind NOT IN ('gift_card', 'tax') THEN 'account' ELSE 'due_on' END AS name,
  CASE WHEN account = '' AND kind NOT IN ('gift_card', 'tax') THEN concat('a position of kind ', kind, ' names no processor account') ELSE 'an unpaid payout names no day' END AS what
FROM stage.opening_positions_opening_position
WHERE (account = '' AND kind NOT IN ('gift_card', 'tax')) OR (due_on IS NULL AND kind = 'unpaid_payout')
ORDER BY row_no LIMIT 1
