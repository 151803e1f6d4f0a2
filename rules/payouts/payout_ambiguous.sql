/*
title = "Payouts of one day that nothing tells apart"
kind = "check"
rule = "Y-01"
code = "PAYOUT_AMBIGUOUS"
severity = "medium"
class = "DATA"
subject = "payout"
owner = "treasury"
why = "The list has several payouts of that day and no ids, and their totals do not say which lines are whose: each of them may be right, no one of them is shown to be."
suggestion = "Deliver the lines again in the export that has payout ids."
reads = ["payout_tie", "payout_fact", "line_payout"]
waits_for = ["payout", "settlement_line"]
against = ["payout_current", "settlement_line_current"]
*/
WITH tied AS (
  SELECT account, payout_id, is_apart, count(*) AS rows_of_list, sum(amount) AS amount, string_agg(amount, ' and ' ORDER BY amount, payout_key) AS amounts,
    string_agg(payout_key, ', ' ORDER BY amount, payout_key) AS keys
  FROM payout_tie GROUP BY account, payout_id, is_apart
), told AS (
  SELECT account, min(payout_id) AS payout_id, is_apart, rows_of_list, amount, amounts, keys, string_agg(payout_id, ', ' ORDER BY payout_id) AS lined FROM tied GROUP BY account, is_apart, rows_of_list, amount, amounts, keys
)
SELECT p.entity, NULL AS store, concat(p.account, '/', p.payout_id) AS subject_key, t.amount AS expected, CASE WHEN t.is_apart THEN s.lines_net ELSE p.lines_net END AS actual,
  t.amount - CASE WHEN t.is_apart THEN s.lines_net ELSE p.lines_net END AS difference, p.currency, NULL AS due_on,
  concat('The list has ', t.rows_of_list, CASE WHEN t.rows_of_list = 1 THEN ' payout of ' ELSE ' payouts of ' END, t.amounts, ' on ', p.paid_on, ' (', t.keys, '), the lines have ', t.lined, '; nothing tells them apart.') AS cause,
  concat(p.file_id, ':', p.row_no) AS evidence, NULL AS candidates
FROM told AS t
JOIN payout_fact AS p ON p.account = t.account AND p.payout_id = t.payout_id
JOIN (
  SELECT x.account, x.payout_id, sum(l.lines_net) AS lines_net
  FROM (SELECT DISTINCT a.account, a.payout_id, b.payout_id AS other FROM payout_tie AS a JOIN payout_tie AS b ON b.account = a.account AND b.payout_key = a.payout_key) AS x
  JOIN line_payout AS l ON l.account = x.account AND l.payout_id = x.other GROUP BY x.account, x.payout_id) AS s ON s.account = t.account AND s.payout_id = t.payout_id
WHERE t.is_apart OR p.payout_amount = p.lines_net
ORDER BY subject_key
