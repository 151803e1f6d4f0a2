-- PayPal's activity: the balance that stands in each row against the one before. It moves by the row's net, or stays where the row moved nothing.
WITH beside AS (
  SELECT row_no, currency, occurred_at, net, balance, lag(balance) OVER place AS above, lead(balance) OVER place AS below
  FROM stage.balances WINDOW place AS (PARTITION BY currency ORDER BY row_no)
), way AS (
  SELECT count(*) FILTER (WHERE balance - above NOT IN (net, 0)) AS down, count(*) FILTER (WHERE balance - below NOT IN (net, 0)) AS up,
    arg_min(occurred_at, row_no) <= arg_max(occurred_at, row_no) AS grows
  FROM beside
), change AS (
  SELECT b.row_no, b.currency, b.net, CASE WHEN w.down < w.up OR w.down = w.up AND coalesce(w.grows, TRUE) THEN b.balance - b.above ELSE b.balance - b.below END AS moved
  FROM beside AS b CROSS JOIN way AS w
)
SELECT row_no, 'Balance' AS name, concat('the balance of ', currency, ' moves by ', moved, ' and the row by ', net) AS what
FROM change WHERE moved NOT IN (net, 0) ORDER BY row_no LIMIT 1
