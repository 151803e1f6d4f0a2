-- Braintree: rows whose parts of the fee do not make the fee, to the smallest unit of the currency.
WITH cell AS (
  SELECT row_no, coalesce(fine_text("interchange total amount"), 0) + coalesce(fine_text("total scheme fees"), 0) + coalesce(fine_text("braintree total amount"), 0) AS parts,
    fine_text("total fee amount") AS fee, upper(trim("settlement currency")) AS currency
  FROM stage.raw
)
SELECT row_no, 'Total Fee Amount' AS name, concat('the fee is stated as ', fee, ', its parts make ', parts) AS what
FROM cell WHERE abs(parts - fee) > unit_of(currency) ORDER BY row_no LIMIT 1
