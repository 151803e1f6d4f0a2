/*
title = "Lines whose reference is not one that a processor has"
kind = "fact"
why = "Where the bank hands on what a processor writes as its reference (it names the payout on three lines or more, and on half of those that have one), a line that names no payout and whose reference begins otherwise or has another length is somebody else's, though its text has the processor's name: it is joined to no payout by its amount. Where references begin with more than two different words only their length tells. Banks that print none, or one of their own, tell nothing."
reads = ["payout_due", "bank_line_current", "bank_name"]
*/
WITH own AS (
  SELECT bank_account, bank_reference AS bank_key, processor, upper(end_to_end) AS reference, regexp_replace(upper(end_to_end), '[^A-Z0-9]+', '', 'g') AS bare, regexp_extract(upper(end_to_end), '^[A-Z]*') AS head, length(end_to_end) AS places
  FROM bank_line_current WHERE standing = 'booked' AND processor IS NOT NULL AND end_to_end IS NOT NULL
), known AS (
  SELECT DISTINCT o.bank_account, o.bank_key, o.processor, o.head, o.places
  FROM own AS o
  JOIN bank_name AS n ON n.bank_account = o.bank_account AND n.bank_key = o.bank_key AND n.strength <= 2
  JOIN payout_due AS d ON d.account = n.account AND d.payout_id = n.payout_id AND regexp_replace(upper(d.bank_reference), '[^A-Z0-9]+', '', 'g') = o.bare
), said AS (
  SELECT bank_account, processor, count(*) AS items, count(DISTINCT head) AS heads FROM known GROUP BY bank_account, processor
), whole AS (
  SELECT bank_account, processor, count(*) AS items FROM own GROUP BY bank_account, processor
), form AS (
  SELECT DISTINCT bank_account, processor, head, places FROM known
)
SELECT o.bank_account, o.bank_key, o.reference
FROM own AS o
JOIN said AS s ON s.bank_account = o.bank_account AND s.processor = o.processor
JOIN whole AS w ON w.bank_account = o.bank_account AND w.processor = o.processor
WHERE s.items >= 3 AND s.items * 2 >= w.items
  AND NOT EXISTS (SELECT 1 FROM bank_name AS n WHERE n.bank_account = o.bank_account AND n.bank_key = o.bank_key)
  AND NOT EXISTS (SELECT 1 FROM form AS f WHERE f.bank_account = o.bank_account AND f.processor = o.processor AND (f.head = o.head OR s.heads > 2) AND f.places BETWEEN o.places - 2 AND o.places + 2)
