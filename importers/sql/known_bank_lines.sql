-- Lines of an account around the days of a statement, and those of other days that bear one of its references; with the format that brought each.
WITH near AS (
  SELECT b.file_id, b.bank_reference FROM bank_line_current AS b
  WHERE b.bank_account = $bank_account AND b.currency = $currency AND b.booked_on BETWEEN CAST($first_day AS DATE) - 7 AND CAST($last_day AS DATE) + 7
  UNION
  SELECT b.file_id, b.bank_reference FROM bank_line_current AS b
  WHERE b.bank_account = $bank_account AND b.currency = $currency AND b.bank_reference IN (SELECT unnest(CAST($references AS VARCHAR[])))
)
SELECT b.bank_reference, b.statement_id, b.standing, b.booked_on, b.value_on, b.amount, b.end_to_end, b.processor, b.descriptor, b.is_reversal,
  (SELECT max(f.importer) FROM file AS f WHERE f.file_id = b.file_id) AS importer
FROM bank_line_current AS b JOIN near AS n ON n.file_id = b.file_id AND n.bank_reference = b.bank_reference
WHERE b.bank_account = $bank_account AND b.currency = $currency
ORDER BY b.booked_on, b.bank_reference
