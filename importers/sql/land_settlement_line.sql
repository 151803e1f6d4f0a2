-- One canonical settlement line per native row: type → event and bucket, fee rows moved from gross to fee, ids for lines that have none.
WITH known AS (
  SELECT t.*, t.feed_owner AS owner, coalesce(s.event_type, 'unknown') AS event, coalesce(s.bucket, 'unknown') AS kind
  FROM typed AS t
  LEFT JOIN settlement_type AS s ON s.processor = t.feed_processor AND s.native_type = replace(t.native_type, ' ', '_')
), moved AS (
  SELECT * REPLACE (
      CASE WHEN kind = 'fee' THEN CAST(0 AS DECIMAL(18,4)) ELSE gross END AS gross,
      coalesce(- fee, 0) + CASE WHEN kind = 'fee' THEN gross ELSE 0 END AS fee,
      coalesce(- fee_tax, 0) AS fee_tax, coalesce(tax_withheld, 0) AS tax_withheld, coalesce(reserve, 0) AS reserve)
  FROM known
), numbered AS (
  SELECT *, row_number() OVER (
      PARTITION BY owner, occurred_at, native_type, order_name, processor_ref, gross, fee, net_stated, currency, native_id
      ORDER BY payout_on, payout_id, row_no) AS occurrence
  FROM moved
)
SELECT row_no, owner AS account,
  CASE WHEN native_id IS NOT NULL THEN native_id ELSE left(sha256(concat_ws('|', owner, occurred_at, native_type, coalesce(order_name, ''), coalesce(processor_ref, ''),
      gross, fee, net_stated, currency, occurrence)), 32) END AS line_id,
  payout_id, payout_status, payout_on, native_type, event AS event_type, kind AS bucket, order_name, order_id, currency,
  gross, fee, fee_tax, tax_withheld, reserve, gross + fee + fee_tax + tax_withheld + reserve AS net, net_stated,
  occurred_at, booked_on, available_on, presentment_amount, presentment_currency, payment_method, card_origin, processor_ref, parent_ref,
  bank_reference, entity_hint, broken
FROM numbered
