/*
title = "Match groups, tonight's and those that stand"
kind = "life"
why = "A group's id is the hash of its rule and its members, so that the same pair is the same group in every night."
reads = ["match_bank_line", "match_group", "match_settlement_line", "match_standing"]
makes = ["matched"]
*/
CREATE OR REPLACE TABLE fact.matched AS
SELECT left(sha256(concat_ws('|', 'S-01', left_key, right_key)), 24) AS group_id, 'S-01' AS rule, pass, entity, account, amount, difference, currency, left_kind, left_key, left_amount, right_kind, right_key, right_amount FROM fact.match_settlement_line
UNION ALL
SELECT left(sha256(concat_ws('|', 'Y-04', left_key, right_key)), 24), 'Y-04', pass, entity, account, amount, difference, currency, left_kind, left_key, left_amount, right_kind, right_key, right_amount FROM fact.match_bank_line;
CREATE OR REPLACE VIEW fact.match_standing AS
SELECT group_id, rule, pass, entity, account, amount, difference, currency FROM match_group QUALIFY row_number() OVER (PARTITION BY group_id ORDER BY rowid DESC) = 1 AND state = 'matched';
