-- Checkout.com: rows whose gross, deduction and reserve do not make the net. A reserve may be part of the deduction or beside it.
WITH cell AS (
  SELECT row_no, fine_text("gross in holding currency") AS gross, fine_text("deduction in holding currency") AS deduction,
    coalesce(fine_text("reserve in holding currency"), 0) AS reserve, fine_text("net in holding currency") AS net
  FROM stage.raw
)
SELECT row_no, 'Net In Holding Currency' AS name, concat('net is stated as ', net, ', gross, deduction and reserve make ', gross + deduction + reserve) AS what
FROM cell WHERE gross + deduction + reserve <> net
ORDER BY row_no LIMIT 1
