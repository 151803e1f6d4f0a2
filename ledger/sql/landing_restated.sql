-- Payouts that two lists without ids tell differently, one of one day in each: what was announced of it, and what became of it. An announced one stands no longer beside one that is further on its way, else beside that of the list
-- which ends on the later day, else of the one that comes now; one that was paid without a reference not beside one of the same total that has it. Whatever else is in one list alone stands.
CREATE TABLE {taken} AS
WITH way AS (
  SELECT status, step FROM (VALUES ('pending', 0), ('scheduled', 1), ('in_transit', 2), ('paid', 3), ('failed', 3), ('canceled', 3)) AS v (status, step)
), ends AS (
  SELECT file_id, max(paid_on) AS until FROM payout GROUP BY file_id
), listed AS (
  SELECT account, currency, paid_on, status, amount, bank_reference, row_no, max(paid_on) OVER () AS until, payout_id IS NULL AND payout_key NOT IN (SELECT payout_key FROM {known}) AS is_alone FROM {rows}
), held AS (
  SELECT k.account, k.currency, k.paid_on, k.status, k.amount, k.bank_reference, k.file_id, k.row_no, e.until
  FROM {known} AS k JOIN ends AS e ON e.file_id = k.file_id WHERE k.payout_id IS NULL AND k.payout_key NOT IN (SELECT payout_key FROM {rows})
), pair AS (
  SELECT h.file_id, h.row_no AS held_row, l.row_no AS listed_row, CASE
    WHEN a.step > b.step AND b.step < 3 THEN TRUE
    WHEN a.step < b.step AND a.step < 3 THEN FALSE
    WHEN a.step = b.step AND a.step < 3 THEN h.until <= l.until
    WHEN h.amount = l.amount AND h.bank_reference IS NULL AND l.bank_reference IS NOT NULL THEN TRUE
    WHEN h.amount = l.amount AND h.bank_reference IS NOT NULL AND l.bank_reference IS NULL THEN FALSE END AS held_loses
  FROM listed AS l JOIN held AS h ON h.account = l.account AND h.currency = l.currency AND h.paid_on = l.paid_on JOIN way AS a ON a.status = l.status JOIN way AS b ON b.status = h.status
  WHERE l.is_alone
)
SELECT file_id, held_row AS row_no, 0 AS sub_no, $file_id AS by_file_id, min(listed_row) AS by_row_no FROM pair WHERE held_loses GROUP BY file_id, held_row
UNION ALL
SELECT $file_id, listed_row, 0, min(file_id), min(held_row) FROM pair WHERE NOT held_loses GROUP BY listed_row
