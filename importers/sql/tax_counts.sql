-- What the list states, whether there is more of it, what is here, and the first document whose lines do not make its tax.
WITH summed AS (
  SELECT d.row_no, d.tax, sum(l.tax) AS lines FROM stage.tax_engine_tax_transaction AS d JOIN stage.tax_engine_tax_transaction_line_line AS l ON l.row_no = d.row_no GROUP BY d.row_no, d.tax
)
SELECT max(stated), bool_or(more), count(*), (SELECT min(row_no) FROM summed WHERE tax <> lines) FROM stage.lines
