-- Transactions without an id of their own: the immutable columns, and the ordinal among equal rows.
WITH numbered AS (
  SELECT t.*, t.feed_owner AS owner, row_number() OVER (
      PARTITION BY t.feed_owner, order_name, kind, gateway, created_at, amount, currency ORDER BY status, row_no) AS occurrence
  FROM stage.typed AS t
)
SELECT row_no, owner AS store, order_name,
  CASE WHEN native_key IS NOT NULL THEN native_key
    ELSE left(sha256(concat_ws('|', owner, order_name, kind, gateway, created_at, amount, currency, occurrence)), 32) END AS transaction_key,
  transaction_id, order_id, kind, gateway, status, amount, currency, created_at, created_on,
  CASE WHEN gateway IN ('bogus', 'test') OR test_mark = 'true' THEN TRUE ELSE FALSE END AS is_test, coalesce(item_no, 0) AS item_no, broken
FROM numbered
