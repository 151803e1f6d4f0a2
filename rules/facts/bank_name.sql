/*
title = "Payouts that the text of a bank line names"
kind = "fact"
why = "1: the reference as a whole word, or, of a payout whose report has none, its own id on a line of its processor. Where no line has it so, as banks change it: 2, the same letters and figures without blanks, marks and leading zeros, whatever the words they stand in; 3, at least eight characters of its beginning or end that no other reference has, or all of it with something before or behind; 4, one character wrong, left out, added or exchanged with its neighbour, in a line of the payout's amount and days."
reads = ["payout_due", "bank_line_current"]
*/
WITH due AS (
  -- what more than twenty payouts have as their reference tells nothing
  SELECT account, payout_id, bank_account, currency, amount, open_on, from_on, until_on, upper(bank_reference) AS word, upper(regexp_replace(bank_reference, '[^A-Za-z0-9]+', '', 'g')) AS bare
  FROM payout_due AS d
  WHERE bank_reference IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM (SELECT bank_account, bank_reference FROM payout_due GROUP BY bank_account, bank_reference HAVING count(*) > 20) AS m WHERE m.bank_account = d.bank_account AND m.bank_reference = d.bank_reference)
), word AS (
  SELECT bank_account, bank_reference AS bank_key, upper(end_to_end) AS word FROM bank_line_current WHERE standing = 'booked' AND end_to_end IS NOT NULL
  UNION
  SELECT s.bank_account, s.bank_reference, upper(s.word) FROM (SELECT bank_account, bank_reference, unnest(string_split_regex(descriptor, '[^A-Za-z0-9._-]+')) AS word FROM bank_line_current WHERE standing = 'booked' AND descriptor IS NOT NULL) AS s
  UNION  -- the same without a full stop behind it, and with the slashes that some references have
  SELECT s.bank_account, s.bank_reference, upper(trim(s.word, '._-/')) FROM (SELECT bank_account, bank_reference, unnest(string_split_regex(descriptor, '[^A-Za-z0-9._/-]+')) AS word FROM bank_line_current WHERE standing = 'booked' AND descriptor IS NOT NULL) AS s
), exact AS (
  SELECT DISTINCT d.account, d.payout_id, w.bank_account, w.bank_key FROM due AS d JOIN word AS w ON w.bank_account = d.bank_account AND w.word = d.word
  UNION  -- a payout whose report has no reference is named by its own id, on a line that names its processor too
  SELECT d.account, d.payout_id, w.bank_account, w.bank_key
  FROM payout_due AS d JOIN word AS w ON w.bank_account = d.bank_account AND w.word = upper(d.payout_id)
  JOIN bank_line_current AS b ON b.bank_account = w.bank_account AND b.bank_reference = w.bank_key AND b.processor = d.processor
  WHERE d.bank_reference IS NULL AND length(d.payout_id) >= 6 AND regexp_matches(d.payout_id, '[0-9]') AND NOT regexp_matches(d.payout_id, '^[0-9]{2,4}[-./][0-9]{1,2}[-./][0-9]{2,4}')
), loose AS (
  SELECT d.account, d.payout_id, d.bank_account, d.currency, d.amount, d.from_on, d.until_on, d.bare, ltrim(d.bare, '0') AS plain
  FROM due AS d
  WHERE d.open_on IS NULL AND length(ltrim(d.bare, '0')) >= 6 AND NOT EXISTS (SELECT 1 FROM exact AS x WHERE x.account = d.account AND x.payout_id = d.payout_id)
), spoken AS (
  SELECT b.bank_account, b.bank_reference AS bank_key, b.currency, b.amount, b.booked_on, list_slice(regexp_extract_all(upper(concat_ws(' ', b.end_to_end, b.descriptor)), '[A-Z0-9]+'), 1, 40) AS words
  FROM bank_line_current AS b
  WHERE b.standing = 'booked' AND b.bank_account IN (SELECT l.bank_account FROM loose AS l) AND NOT EXISTS (SELECT 1 FROM exact AS x WHERE x.bank_account = b.bank_account AND x.bank_key = b.bank_reference)
), begun AS (
  SELECT bank_account, bank_key, currency, amount, booked_on, words, unnest(range(1, len(words) + 1)) AS first_word FROM spoken
), run AS (
  SELECT bank_account, bank_key, currency, amount, booked_on, words, first_word, unnest(range(first_word, least(first_word + 5, len(words)) + 1)) AS last_word FROM begun
), piece AS (
  -- up to six words that stand behind each other, written as one; a reference has a figure
  SELECT DISTINCT bank_account, bank_key, currency, amount, booked_on, array_to_string(list_slice(words, first_word, last_word), '') AS piece, first_word = last_word AS is_word FROM run
), part AS (
  SELECT bank_account, bank_key, currency, amount, booked_on, piece, is_word FROM piece WHERE length(piece) BETWEEN 6 AND 60 AND regexp_matches(piece, '[0-9]')
), head AS (
  SELECT bank_account, left(bare, n) AS cut, min(account) AS account, min(payout_id) AS payout_id
  FROM (SELECT bank_account, account, payout_id, bare, unnest(range(8, length(bare))) AS n FROM loose) AS c GROUP BY bank_account, left(bare, n) HAVING count(*) = 1
), tail AS (
  SELECT bank_account, right(bare, n) AS cut, min(account) AS account, min(payout_id) AS payout_id
  FROM (SELECT bank_account, account, payout_id, bare, unnest(range(8, length(bare))) AS n FROM loose) AS c GROUP BY bank_account, right(bare, n) HAVING count(*) = 1
), longer AS (
  SELECT bank_account, bank_key, piece, unnest(range(8, length(piece))) AS n FROM part WHERE is_word
), found AS (
  SELECT account, payout_id, bank_account, bank_key, 1 AS strength FROM exact
  UNION ALL
  SELECT l.account, l.payout_id, p.bank_account, p.bank_key, 2 FROM loose AS l JOIN part AS p ON p.bank_account = l.bank_account AND ltrim(p.piece, '0') = l.plain
  UNION ALL
  SELECT h.account, h.payout_id, p.bank_account, p.bank_key, 3 FROM head AS h JOIN part AS p ON p.bank_account = h.bank_account AND p.piece = h.cut
  UNION ALL
  SELECT t.account, t.payout_id, p.bank_account, p.bank_key, 3 FROM tail AS t JOIN part AS p ON p.bank_account = t.bank_account AND p.piece = t.cut
  UNION ALL
  SELECT l.account, l.payout_id, g.bank_account, g.bank_key, 3 FROM loose AS l JOIN longer AS g ON g.bank_account = l.bank_account AND left(g.piece, g.n) = l.bare
  UNION ALL
  SELECT l.account, l.payout_id, g.bank_account, g.bank_key, 3 FROM loose AS l JOIN longer AS g ON g.bank_account = l.bank_account AND right(g.piece, g.n) = l.bare
  UNION ALL
  SELECT l.account, l.payout_id, p.bank_account, p.bank_key, 4
  FROM loose AS l JOIN part AS p ON p.bank_account = l.bank_account AND p.currency = l.currency AND p.amount = l.amount AND left(p.piece, 4) = left(l.bare, 4)
  WHERE length(l.bare) >= 9 AND p.booked_on BETWEEN l.from_on AND l.until_on AND damerau_levenshtein(p.piece, l.bare) = 1
  UNION ALL
  SELECT l.account, l.payout_id, p.bank_account, p.bank_key, 4
  FROM loose AS l JOIN part AS p ON p.bank_account = l.bank_account AND p.currency = l.currency AND p.amount = l.amount AND right(p.piece, 4) = right(l.bare, 4)
  WHERE length(l.bare) >= 9 AND p.booked_on BETWEEN l.from_on AND l.until_on AND damerau_levenshtein(p.piece, l.bare) = 1
)
SELECT account, payout_id, bank_account, bank_key, min(strength) AS strength FROM found GROUP BY account, payout_id, bank_account, bank_key
