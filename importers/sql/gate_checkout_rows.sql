-- Checkout.com: rows whose gross, deduction and reserve do not make the net. A reserve may be part of the deduction or beside it, and the report may come without its column.
WITH cell AS (
  SELECT c.row_no, c.gross, c.deduction, c.reserve, c.net
  FROM (SELECT CAST(NULL AS VARCHAR) AS "reserve in holding currency") AS without, LATERAL (
    SELECT row_no, fine_text("gross in holding currency") AS gross, fine_text("deduction in holding currency") AS deduction,
      coalesce(fine_text("reserve in holding currency"), 0) AS reserve, fine_text("net in holding currency") AS net
    FROM stage.raw
  ) AS c
)
SELECT row_no, 'Net In Holding Currency' AS name, concat('net is stated as ', net, ', gross, deduction and reserve make ', gross + deduction + reserve) AS what
FROM cell WHERE gross + deduction + reserve <> net
ORDER BY row_no LIMIT 1
