-- One canonical settlement line per native row: type → event and bucket, fee rows moved from gross to fee, ids for lines that have none.
-- Names with a trailing underscore are this statement's own: a format may declare any other.
WITH signed AS (
  SELECT t.*, t.feed_owner AS owner_, replace(lower(t.native_type), ' ', '_') AS code_,
    coalesce(CASE WHEN t.gross <> 0 THEN t.gross ELSE t.net_stated END < 0, FALSE) AS minus_
  FROM stage.typed AS t
), seen AS (
  SELECT DISTINCT code_, minus_ FROM signed
), resolved AS (
  SELECT s.code_, s.minus_, n.event_type AS event_, n.bucket AS bucket_
  FROM seen AS s JOIN stage.native_code AS n ON n.minus = s.minus_ AND (n.code = s.code_ OR n.is_pattern AND s.code_ GLOB n.code)
  QUALIFY row_number() OVER (PARTITION BY s.code_, s.minus_ ORDER BY n.is_pattern, length(n.code) DESC, n.code) = 1
), known AS (
  SELECT t.*, coalesce(r.event_, 'unknown') AS event_, coalesce(r.bucket_, 'unknown') AS bucket_
  FROM signed AS t LEFT JOIN resolved AS r ON r.code_ = t.code_ AND r.minus_ = t.minus_
), moved AS (
  SELECT * REPLACE (
      CASE WHEN bucket_ = 'fee' THEN CAST(0 AS DECIMAL(18,4)) ELSE coalesce(gross, 0) END AS gross,
      coalesce(fee, 0) + CASE WHEN bucket_ = 'fee' AND event_ <> 'tax_on_fee' THEN coalesce(gross, 0) ELSE 0 END AS fee,
      coalesce(fee_tax, 0) + CASE WHEN bucket_ = 'fee' AND event_ = 'tax_on_fee' THEN coalesce(gross, 0) ELSE 0 END AS fee_tax,
      coalesce(tax_withheld, 0) AS tax_withheld, coalesce(reserve, 0) AS reserve)
  FROM known
), numbered AS (
  SELECT *, row_number() OVER (
      PARTITION BY owner_, occurred_at, native_type, order_name, processor_ref, gross, fee, net_stated, currency, native_id, native_group
      ORDER BY payout_on, payout_id, row_no) AS occurrence_
  FROM moved
)
SELECT row_no, owner_ AS account,
  CASE WHEN native_id IS NOT NULL THEN native_id ELSE left(sha256(concat_ws('|', owner_, occurred_at, native_type, coalesce(order_name, ''), coalesce(processor_ref, ''),
      gross, fee, net_stated, currency, native_group, occurrence_)), 32) END AS line_id,
  payout_id, payout_status, payout_on, native_type, event_ AS event_type, bucket_ AS bucket, order_name, order_id, currency,
  gross, fee, fee_tax, tax_withheld, reserve, gross + fee + fee_tax + tax_withheld + reserve AS net, net_stated,
  fee_interchange, fee_scheme, fee_markup, fee_processing,
  occurred_at, booked_on, available_on, presentment_amount, presentment_currency, payment_method, card_origin, processor_ref, parent_ref, merchant_ref, payment_id,
  bank_reference, entity_hint, broken
FROM numbered
