/*
title = "Processor account that no gateway leads to"
kind = "check"
rule = "C-12"
code = "MAPPING_MISSING"
severity = "high"
class = "DATA"
subject = "account_balance"
owner = "accounting"
why = "Its sales and refunds meet no order, so nobody looks whether they are the shop's. Where payments of its amounts came by a gateway that is in no row either, that is the finding (P-09)."
suggestion = "Add the gateway under which the store writes this account's payments to gateways.csv, and have it approved."
reads = ["line_fact", "account_store", "tender"]
against = ["settlement_line_current"]
cure = "gateways"
*/
WITH lone AS (
  SELECT l.entity, l.account, l.currency, l.gross, l.file_id, l.row_no FROM line_fact AS l
  WHERE l.bucket IN ('sale', 'refund') AND l.entity IS NOT NULL AND NOT EXISTS (SELECT 1 FROM account_store AS a WHERE a.account = l.account)
), spelled AS (
  SELECT DISTINCT l.account FROM lone AS l JOIN tender AS t ON t.entity = l.entity AND t.currency = l.currency AND t.amount = abs(l.gross) WHERE t.tender_kind IS NULL
)
SELECT l.entity, NULL AS store, concat(l.entity, '/gateways/', l.account, '/', l.currency) AS subject_key, NULL AS expected, NULL AS actual, sum(abs(l.gross)) AS difference, l.currency, NULL AS due_on,
  concat('The account ', l.account, ' is in no row of gateways.csv; its ', count(*), ' sales and refunds in ', l.currency, ' are compared with no order.') AS cause, min(concat(l.file_id, ':', l.row_no)) AS evidence, NULL AS candidates
FROM lone AS l
WHERE NOT EXISTS (SELECT 1 FROM spelled AS s WHERE s.account = l.account)
GROUP BY l.entity, l.account, l.currency
ORDER BY subject_key
