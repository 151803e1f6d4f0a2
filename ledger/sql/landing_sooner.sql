-- Of the files with rows of the same keys: whether the waiting one was made sooner than each, and whether that is told. It is where one of the two has more of what only ever grows and less of none, and ends on no earlier day;
-- against a file of a night before only where the waiting one has less and ends on an earlier day. Of two files of tonight that do not tell, the one that ends on the earlier day counts as the sooner, and else the one that landed first.
CREATE TABLE {sooner} AS
WITH ends AS (
  SELECT file_id, max(greatest({days})) AS held_until FROM {table} SEMI JOIN {grown} USING (file_id) GROUP BY file_id
), waiting AS (
  SELECT max(greatest({days})) AS waiting_until FROM {rows}
), pair AS (
  SELECT g.file_id, g.known_at = $known_at AS is_tonight, e.held_until, w.waiting_until, g.has_more OR coalesce(e.held_until <= g.more_on, FALSE) AS has_more, g.has_less OR coalesce(w.waiting_until <= g.less_on, FALSE) AS has_less
  FROM {grown} AS g JOIN ends AS e ON e.file_id = g.file_id CROSS JOIN waiting AS w
), told AS (
  SELECT *, CASE
    WHEN has_more = has_less THEN FALSE
    WHEN has_less THEN waiting_until < held_until OR (is_tonight AND waiting_until = held_until)
    ELSE is_tonight AND held_until <= waiting_until END AS is_told
  FROM pair
)
SELECT file_id, CASE WHEN is_told THEN has_less ELSE is_tonight AND waiting_until < held_until END AS is_sooner, is_told FROM told
