-- The first figure of the archive that its parts do not make.
WITH paid AS (
  SELECT z.row_no, z.amount, z.cash, sum(coalesce(p.amount, 0)) AS payments, sum(CASE WHEN p.payment_type = 'Bar' THEN p.amount ELSE 0 END) AS bar
  FROM stage.pos_closing_pos_closing AS z
  LEFT JOIN stage.pos_closing_pos_closing_payment_payment AS p ON p.register_id = z.register_id AND p.closing_no = z.closing_no
  GROUP BY z.register_id, z.closing_no, z.row_no, z.amount, z.cash
)
SELECT 'cashpointclosing' AS member, row_no, CASE WHEN amount <> payments THEN 'Z_SE_ZAHLUNGEN' ELSE 'Z_SE_BARZAHLUNGEN' END AS figure FROM paid WHERE amount <> payments OR cash <> bar
UNION ALL
SELECT 'businesscases', row_no, 'Z_UMS_BRUTTO' FROM stage.pos_closing_pos_closing_case_case WHERE gross <> amount + tax
ORDER BY member DESC, row_no LIMIT 1
