/*
title = "Bank lines that Odoo holds in parts"
kind = "fact"
why = "Two lines or more of one day and one text in Odoo that together make one line of the bank of that text or more of it, within three business days, where none of them is anybody's pair: somebody split the line to reconcile its parts. The bank's balance is right, and nothing is missing or there twice."
reads = ["bank_line_side", "bank_line_pair"]
*/
WITH bank AS (
  SELECT b.bank_account, b.line_key, b.amount, b.ordinal, b.words
  FROM bank_line_side AS b LEFT JOIN bank_line_pair AS p ON p.bank_account = b.bank_account AND p.bank_key = b.line_key WHERE b.side = 'bank' AND b.words <> '' AND p.bank_key IS NULL
), odoo AS (
  SELECT o.bank_account, o.line_key, o.amount, o.day, o.ordinal, o.words
  FROM bank_line_side AS o LEFT JOIN bank_line_pair AS p ON p.bank_account = o.bank_account AND p.odoo_id = o.line_key WHERE o.side = 'odoo' AND o.words <> '' AND p.odoo_id IS NULL
), part AS (
  SELECT bank_account, words, day, min(ordinal) AS ordinal, sum(amount) AS amount FROM odoo GROUP BY bank_account, words, day HAVING count(*) > 1
), fitting AS (
  SELECT b.bank_account, b.line_key, p.words, p.day, count(*) OVER (PARTITION BY b.bank_account, b.line_key) AS days, count(*) OVER (PARTITION BY p.bank_account, p.words, p.day) AS lines
  FROM bank AS b JOIN part AS p ON p.bank_account = b.bank_account AND (contains(b.words, p.words) OR contains(p.words, b.words)) AND p.amount = b.amount AND p.ordinal BETWEEN b.ordinal - 3 AND b.ordinal + 3
)
SELECT f.bank_account, f.line_key AS bank_key, o.line_key AS odoo_id
FROM fitting AS f JOIN odoo AS o ON o.bank_account = f.bank_account AND o.words = f.words AND o.day = f.day
WHERE f.days = 1 AND f.lines = 1
