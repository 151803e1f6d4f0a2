-- Klarna: what the transactions of a settlement sum to against the totals of its summary, and the debt that it leaves.
WITH line AS (
  SELECT "summary payment_reference" AS reference, lower(trim(type)) AS kind, coalesce(amount_text(amount), 0) AS amount
  FROM stage.raw_lines
), landed AS (
  SELECT payout_id AS reference, sum(net) AS net, sum(fee_tax) FILTER (WHERE native_type NOT IN ('repay', 'deposit')) AS tax FROM (
    SELECT payout_id, net, fee_tax, native_type FROM stage.klarna_settlement_settlement_line
    UNION ALL SELECT payout_id, net, fee_tax, native_type FROM stage.klarna_settlement_settlement_line_repaid
    UNION ALL SELECT payout_id, net, fee_tax, native_type FROM stage.klarna_settlement_settlement_line_deposited
  ) GROUP BY payout_id
), summed AS (
  SELECT reference, sum(amount) FILTER (WHERE kind = 'sale') AS sale, - sum(amount) FILTER (WHERE kind = 'return') AS returned,
    - sum(amount) FILTER (WHERE kind = 'fee') AS fee
  FROM line GROUP BY reference
), total AS (
  SELECT s.row_no, s.payment_reference AS reference, amount_text(s.total_sale_amount) AS sale, amount_text(s.total_return_amount) AS returned,
    amount_text(s.total_fee_amount) AS fee, amount_text(s.total_settlement_amount) AS settlement,
    lower(s.merchant_settlement_type) AS kind
  FROM stage.raw_summary AS s
), debt AS (
  SELECT b.row_no, b.opening, b.closing, b.movement FROM stage.klarna_settlement_settlement_batch_batch AS b
), fault AS (
  SELECT t.row_no, 'total_sale_amount' AS name, concat('sales are stated as ', t.sale, ', their rows make ', coalesce(s.sale, 0)) AS what
  FROM total AS t LEFT JOIN summed AS s ON s.reference = t.reference WHERE t.sale <> coalesce(s.sale, 0)
  UNION ALL
  SELECT t.row_no, 'total_return_amount', concat('returns are stated as ', t.returned, ', their rows make ', coalesce(s.returned, 0))
  FROM total AS t LEFT JOIN summed AS s ON s.reference = t.reference WHERE t.returned <> coalesce(s.returned, 0)
  UNION ALL
  SELECT t.row_no, 'total_fee_amount', concat('fees are stated as ', t.fee, ', their rows make ', coalesce(s.fee, 0))
  FROM total AS t LEFT JOIN summed AS s ON s.reference = t.reference WHERE t.fee <> coalesce(s.fee, 0) AND coalesce(t.kind, 'net') <> 'gross'
  UNION ALL
  SELECT t.row_no, 'total_settlement_amount', concat('the settlement is stated as ', t.settlement, ', its rows make ', coalesce(n.net, 0))
  FROM total AS t LEFT JOIN landed AS n ON n.reference = t.reference WHERE greatest(t.settlement, 0) <> coalesce(n.net, 0)
  UNION ALL
  SELECT d.row_no, 'closing_debt_balance', concat('the debt goes from ', - d.opening, ' to ', - d.closing, ', repaid and deposited make ', - d.movement)
  FROM debt AS d WHERE d.closing - d.opening <> d.movement
)
SELECT row_no, name, what FROM fault ORDER BY row_no, name LIMIT 1
