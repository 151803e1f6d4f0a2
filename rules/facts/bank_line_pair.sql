/*
title = "Bank lines and the lines of Odoo that are theirs"
kind = "fact"
why = "By account, amount and day with the same text, then without, then by the value day; equal lines of one day are interchangeable and only their number counts. Then those of one amount within three business days that are each other's nearest; then those of one text, or alone on their day, of which one side has another amount."
reads = ["bank_line_side"]
*/
WITH bank AS (
  SELECT bank_account, line_key, amount, day, value_on, ordinal, words, file_id, row_no FROM bank_line_side WHERE side = 'bank'
), odoo AS (
  SELECT bank_account, line_key, amount, day, ordinal, words, file_id, row_no FROM bank_line_side WHERE side = 'odoo'
), bank_1 AS (
  SELECT bank_account, line_key, amount, day, words, row_number() OVER (PARTITION BY bank_account, amount, day, words ORDER BY line_key) AS place FROM bank WHERE words <> ''
), odoo_1 AS (
  SELECT bank_account, line_key, amount, day, words, row_number() OVER (PARTITION BY bank_account, amount, day, words ORDER BY length(line_key), line_key) AS place FROM odoo WHERE words <> ''
), pair_1 AS (
  SELECT b.bank_account, b.line_key AS bank_key, o.line_key AS odoo_id FROM bank_1 AS b JOIN odoo_1 AS o ON o.bank_account = b.bank_account AND o.amount = b.amount AND o.day = b.day AND o.words = b.words AND o.place = b.place
), bank_2 AS (
  SELECT b.bank_account, b.line_key, b.amount, b.day, row_number() OVER (PARTITION BY b.bank_account, b.amount, b.day ORDER BY b.line_key) AS place
  FROM bank AS b LEFT JOIN pair_1 AS p ON p.bank_account = b.bank_account AND p.bank_key = b.line_key WHERE p.bank_key IS NULL
), odoo_2 AS (
  SELECT o.bank_account, o.line_key, o.amount, o.day, row_number() OVER (PARTITION BY o.bank_account, o.amount, o.day ORDER BY length(o.line_key), o.line_key) AS place
  FROM odoo AS o LEFT JOIN pair_1 AS p ON p.bank_account = o.bank_account AND p.odoo_id = o.line_key WHERE p.odoo_id IS NULL
), pair_2 AS (
  SELECT bank_account, bank_key, odoo_id FROM pair_1
  UNION ALL
  SELECT b.bank_account, b.line_key, o.line_key FROM bank_2 AS b JOIN odoo_2 AS o ON o.bank_account = b.bank_account AND o.amount = b.amount AND o.day = b.day AND o.place = b.place
), bank_3 AS (
  SELECT b.bank_account, b.line_key, b.amount, b.value_on, row_number() OVER (PARTITION BY b.bank_account, b.amount, b.value_on ORDER BY b.day, b.line_key) AS place
  FROM bank AS b LEFT JOIN pair_2 AS p ON p.bank_account = b.bank_account AND p.bank_key = b.line_key WHERE p.bank_key IS NULL AND b.value_on IS NOT NULL
), odoo_3 AS (
  SELECT o.bank_account, o.line_key, o.amount, o.day, row_number() OVER (PARTITION BY o.bank_account, o.amount, o.day ORDER BY length(o.line_key), o.line_key) AS place
  FROM odoo AS o LEFT JOIN pair_2 AS p ON p.bank_account = o.bank_account AND p.odoo_id = o.line_key WHERE p.odoo_id IS NULL
), pair_3 AS (
  SELECT bank_account, bank_key, odoo_id FROM pair_2
  UNION ALL
  SELECT b.bank_account, b.line_key, o.line_key FROM bank_3 AS b JOIN odoo_3 AS o ON o.bank_account = b.bank_account AND o.amount = b.amount AND o.day = b.value_on AND o.place = b.place
), bank_4 AS (
  SELECT b.bank_account, b.line_key, b.amount, b.day, b.ordinal, b.words FROM bank AS b LEFT JOIN pair_3 AS p ON p.bank_account = b.bank_account AND p.bank_key = b.line_key WHERE p.bank_key IS NULL
), odoo_4 AS (
  SELECT o.bank_account, o.line_key, o.amount, o.day, o.ordinal, o.words FROM odoo AS o LEFT JOIN pair_3 AS p ON p.bank_account = o.bank_account AND p.odoo_id = o.line_key WHERE p.odoo_id IS NULL
), near AS (
  SELECT b.bank_account, b.line_key AS bank_key, o.line_key AS odoo_id,
    row_number() OVER (PARTITION BY b.bank_account, b.line_key ORDER BY abs(o.ordinal - b.ordinal), o.day, length(o.line_key), o.line_key) AS of_bank,
    row_number() OVER (PARTITION BY o.bank_account, o.line_key ORDER BY abs(o.ordinal - b.ordinal), b.day, b.line_key) AS of_odoo
  FROM bank_4 AS b JOIN odoo_4 AS o ON o.bank_account = b.bank_account AND o.amount = b.amount AND o.ordinal BETWEEN b.ordinal - 3 AND b.ordinal + 3
), pair_4 AS (
  SELECT bank_account, bank_key, odoo_id FROM pair_3
  UNION ALL
  SELECT bank_account, bank_key, odoo_id FROM near WHERE of_bank = 1 AND of_odoo = 1
), bank_5 AS (
  SELECT b.bank_account, b.line_key, b.amount, b.day, b.ordinal, b.words, count(*) OVER (PARTITION BY b.bank_account, b.day) AS of_day
  FROM bank_4 AS b LEFT JOIN pair_4 AS p ON p.bank_account = b.bank_account AND p.bank_key = b.line_key WHERE p.bank_key IS NULL
), odoo_5 AS (
  SELECT o.bank_account, o.line_key, o.amount, o.day, o.ordinal, o.words, count(*) OVER (PARTITION BY o.bank_account, o.day) AS of_day
  FROM odoo_4 AS o LEFT JOIN pair_4 AS p ON p.bank_account = o.bank_account AND p.odoo_id = o.line_key WHERE p.odoo_id IS NULL
    -- an amount that the bank has in those days is a line that Odoo has twice
    AND NOT EXISTS (SELECT 1 FROM bank AS t WHERE t.bank_account = o.bank_account AND t.amount = o.amount AND t.ordinal BETWEEN o.ordinal - 3 AND o.ordinal + 3)
), alike AS (
  SELECT b.bank_account, b.line_key AS bank_key, o.line_key AS odoo_id
  FROM bank_5 AS b JOIN odoo_5 AS o ON o.bank_account = b.bank_account AND o.words = b.words AND o.ordinal BETWEEN b.ordinal - 3 AND b.ordinal + 3 WHERE b.words <> ''
  UNION
  SELECT b.bank_account, b.line_key, o.line_key
  FROM bank_5 AS b JOIN odoo_5 AS o ON o.bank_account = b.bank_account AND o.day = b.day AND o.of_day = 1 AND (o.amount > 0) = (b.amount > 0) WHERE b.of_day = 1
), sole AS (
  SELECT bank_account, bank_key, odoo_id, count(*) OVER (PARTITION BY bank_account, bank_key) AS of_bank, count(*) OVER (PARTITION BY bank_account, odoo_id) AS of_odoo FROM alike
), pair AS (
  SELECT bank_account, bank_key, odoo_id FROM pair_4
  UNION ALL
  SELECT bank_account, bank_key, odoo_id FROM sole WHERE of_bank = 1 AND of_odoo = 1
)
SELECT p.bank_account, p.bank_key, p.odoo_id, b.amount, o.amount AS odoo_amount, b.day, o.day AS odoo_day
FROM pair AS p JOIN bank AS b ON b.bank_account = p.bank_account AND b.line_key = p.bank_key JOIN odoo AS o ON o.bank_account = p.bank_account AND o.line_key = p.odoo_id
