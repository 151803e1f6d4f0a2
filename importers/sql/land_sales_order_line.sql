-- Lines count from 1 within their order, in the order of the file; a tip is a line named Tip without a sku.
SELECT t.*, t.feed_owner AS store,
  CAST(row_number() OVER (PARTITION BY order_name ORDER BY row_no) AS INTEGER) AS line_no,
  coalesce(title = 'Tip' AND sku IS NULL AND (NOT requires_shipping OR NOT taxable), FALSE) AS is_tip
FROM stage.typed AS t
