-- The first day from an entry's own on that is neither locked (as the policy says, or Odoo's lock dates) nor in a closed month.
WITH entry AS (
  SELECT entity, booked_on FROM journal_entry WHERE entry_id = $entry_id
), locked AS (
  SELECT max(l.through) AS through FROM fact.locked_through AS l JOIN entry AS e ON e.entity = l.entity
), closed AS (
  SELECT p.period, last_day(CAST(concat(p.period, '-01') AS DATE)) AS until FROM period AS p JOIN entry AS e ON e.entity = p.entity WHERE p.state = 'closed'
), candidate AS (
  SELECT booked_on AS day FROM entry UNION SELECT through + 1 FROM locked UNION SELECT until + 1 FROM closed
)
SELECT min(c.day) AS day
FROM candidate AS c CROSS JOIN entry AS e CROSS JOIN locked AS l
WHERE c.day >= e.booked_on AND (l.through IS NULL OR c.day > l.through) AND NOT EXISTS (SELECT 1 FROM closed AS p WHERE p.period = strftime(c.day, '%Y-%m'))
