-- Transactions without an id of their own: the immutable columns, and the ordinal among equal rows.
WITH numbered AS (
  SELECT t.*, t.feed_owner AS owner, row_number() OVER (
      PARTITION BY t.feed_owner, order_name, kind, gateway, created_at, amount, currency ORDER BY status, row_no) AS occurrence
  FROM typed AS t
)
SELECT row_no, owner AS store, order_name,
  left(sha256(concat_ws('|', owner, order_name, kind, gateway, created_at, amount, currency, occurrence)), 32) AS transaction_key,
  transaction_id, order_id, kind, gateway, status, amount, currency, created_at, created_on,
  CASE WHEN gateway IN ('bogus', 'test') THEN true ELSE false END AS is_test, broken
FROM numbered
