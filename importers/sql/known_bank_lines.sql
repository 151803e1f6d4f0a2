-- Lines of an account around the days of a statement, and those of other days that bear one of its references; with the format that brought each.
SELECT b.bank_reference, b.statement_id, b.standing, b.booked_on, b.value_on, b.amount, b.end_to_end, b.processor, b.descriptor, b.is_reversal, o.importer
FROM bank_line_current AS b
LEFT JOIN (SELECT file_id, max(importer) AS importer FROM file GROUP BY file_id) AS o ON o.file_id = b.file_id
WHERE b.bank_account = $bank_account AND b.currency = $currency
  AND (b.booked_on BETWEEN CAST($first_day AS DATE) - 7 AND CAST($last_day AS DATE) + 7 OR b.bank_reference IN (SELECT unnest(CAST($references AS VARCHAR[]))))
ORDER BY b.booked_on, b.bank_reference
