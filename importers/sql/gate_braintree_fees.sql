-- Braintree: rows whose parts of the fee do not make the fee, to half a cent of rounding.
WITH cell AS (
  SELECT row_no, coalesce(fine_text("interchange total amount"), 0) + coalesce(fine_text("total scheme fees"), 0) + coalesce(fine_text("braintree total amount"), 0) AS parts,
    fine_text("total fee amount") AS fee
  FROM stage.raw
)
SELECT row_no, 'Total Fee Amount' AS name, concat('the fee is stated as ', fee, ', its parts make ', parts) AS what
FROM cell WHERE abs(parts - fee) > 0.01 ORDER BY row_no LIMIT 1
