-- What the balance says of each row: true where it moves by the row's net, false where it stays as it was, nothing where that cannot be told.
-- A download begins with its oldest or with its newest row: as the balances fit, else as the moments say.
WITH beside AS (
  SELECT *, lag(balance) OVER place AS above_, lead(balance) OVER place AS below_
  FROM stage.declared WINDOW place AS (PARTITION BY currency, balance IS NULL ORDER BY row_no)
), way AS (
  SELECT count(*) FILTER (WHERE balance - above_ NOT IN (net_stated, 0)) AS down, count(*) FILTER (WHERE balance - below_ NOT IN (net_stated, 0)) AS up,
    arg_min(occurred_at, row_no) <= arg_max(occurred_at, row_no) AS grows
  FROM beside
), before AS (
  SELECT b.*, CASE WHEN w.down < w.up OR w.down = w.up AND coalesce(w.grows, TRUE) THEN b.balance - b.above_ ELSE b.balance - b.below_ END AS change_
  FROM beside AS b CROSS JOIN way AS w
)
SELECT * EXCLUDE (above_, below_, change_), CASE WHEN net_stated = 0 THEN NULL WHEN change_ = net_stated THEN TRUE WHEN change_ = 0 THEN FALSE END AS moved FROM before
