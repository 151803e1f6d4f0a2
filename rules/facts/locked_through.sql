/*
title = "Up to which day each entity's books are locked"
kind = "fact"
why = "As the policy says, or Odoo's own lock dates: it would move the date of an entry in a locked period without a word."
reads = ["map_policy", "odoo_lock_date_current"]
*/
WITH said AS (
  SELECT entity, TRY_CAST(value AS DATE) AS through FROM map_policy WHERE policy = 'locked_through'
  UNION ALL SELECT entity, all_until FROM odoo_lock_date_current
  UNION ALL SELECT entity, hard_until FROM odoo_lock_date_current
)
SELECT entity, max(through) AS through FROM said WHERE through IS NOT NULL GROUP BY entity
