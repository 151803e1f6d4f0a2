/*
title = "Line of a paid payout was changed"
kind = "check"
rule = "C-07"
code = "IMMUTABLE_CHANGED"
severity = "block"
class = "DATA"
subject = "settlement_line"
owner = "treasury"
why = "Books rest on what was paid out; a report that says otherwise afterwards is wrong, or the first one was. What follows from the change, in its payout, at the bank, in Odoo and against the schedule, is this finding. Lines that moved together from one payout or day to another are one."
suggestion = "Ask the processor which report holds; have it correct the other one."
reads = ["line_changed", "line_fact"]
against = ["settlement_line"]
*/
WITH told AS (
  SELECT l.entity, c.account, c.line_id, c.currency, c.net_before, c.net, c.evidence, CASE WHEN c.is_amount OR c.type_before IS NOT NULL THEN c.line_id END AS own_id, c.payout_id, c.payout_before, c.paid_before, c.paid_on,
    CASE WHEN NOT c.is_amount THEN c.net WHEN c.net_change = 0 AND c.gross = c.gross_before THEN c.net WHEN c.net_change = 0 THEN c.gross - c.gross_before ELSE c.net_change END AS difference,
    concat_ws('; ',
      CASE WHEN c.is_amount THEN concat('was paid with ', CAST(c.gross_before AS VARCHAR), ' less ', CAST(- c.fee_before AS VARCHAR), CASE WHEN c.currency_before <> c.currency THEN concat(' ', c.currency_before) ELSE '' END,
        ', a later report says ', CAST(c.gross AS VARCHAR), ' less ', CAST(- c.fee AS VARCHAR), CASE WHEN c.currency_before <> c.currency THEN concat(' ', c.currency) ELSE '' END) END,
      CASE WHEN c.type_before IS NOT NULL THEN concat('was paid as ', c.type_before, ', a later report says ', c.native_type) END) AS words
  FROM line_changed AS c JOIN line_fact AS l ON l.account = c.account AND l.line_id = c.line_id
), grouped AS (
  SELECT entity, account, min(line_id) AS line_id, currency, own_id, payout_id, payout_before, paid_before, paid_on, count(*) AS lines, sum(net_before) AS net_before, sum(net) AS net, sum(difference) AS difference, min(words) AS words,
    string_agg(evidence, ' ' ORDER BY line_id) AS evidence
  FROM told GROUP BY entity, account, currency, own_id, payout_id, payout_before, paid_before, paid_on
)
SELECT entity, NULL AS store, concat(account, '/', line_id) AS subject_key, net_before AS expected, net AS actual, difference, currency, NULL AS due_on,
  concat(CASE WHEN lines = 1 THEN 'A line' ELSE concat(lines, ' lines') END, ' of payout ', coalesce(payout_before, payout_id, 'none'), CASE WHEN words = '' THEN ': ' ELSE ' ' END,
    concat_ws('; ', CASE WHEN words <> '' THEN words END,
      CASE WHEN payout_before IS NOT NULL THEN concat(CAST(net_before AS VARCHAR), ' was paid there, a later report has it in payout ', payout_id) END,
      CASE WHEN paid_before IS NOT NULL THEN concat(CAST(net_before AS VARCHAR), ' was paid on ', CAST(paid_before AS VARCHAR), ', a later report says ', CAST(paid_on AS VARCHAR)) END), '.') AS cause,
  evidence, NULL AS candidates
FROM grouped
ORDER BY subject_key
