/*
title = "Gift card or store credit was paid back in money"
kind = "check"
rule = "F-07"
code = "REFUND_TENDER_WRONG"
severity = "high"
class = "BUSINESS"
subject = "order"
owner = "store-operations"
why = "What was paid with a card that the shop owes goes back to it: in money it leaves the bank and the liability stays. Told where more money went back than came in, though not more than was paid in all; money that became store credit is the customer's wish. A refund to a gift card that Odoo has on a clearing account is told as that (G-02)."
suggestion = "Ask who refunded it and how; take the amount off the liability, or have it paid back and credit the card."
reads = ["tender", "order_fact"]
needs = ["order_transaction"]
against = ["tender"]
*/
WITH moved AS (
  SELECT t.store, t.order_name, min(t.currency) AS currency, sum(CASE WHEN t.side = 'refund' THEN 0 ELSE t.amount END) AS captured, sum(CASE WHEN t.side = 'refund' THEN t.amount ELSE 0 END) AS refunded,
    sum(CASE WHEN t.side = 'refund' OR t.tender_kind IN ('gift_card', 'store_credit') THEN 0 ELSE t.amount END) AS money_in, sum(CASE WHEN t.side = 'refund' AND t.tender_kind NOT IN ('gift_card', 'store_credit') THEN t.amount ELSE 0 END) AS money_out,
    string_agg(DISTINCT CASE WHEN t.side = 'refund' AND t.tender_kind NOT IN ('gift_card', 'store_credit') THEN t.gateway END, ', ' ORDER BY CASE WHEN t.side = 'refund' AND t.tender_kind NOT IN ('gift_card', 'store_credit') THEN t.gateway END) AS gateways,
    string_agg(concat(t.file_id, ':', t.row_no), ' ' ORDER BY t.ordinal) AS evidence
  FROM tender AS t GROUP BY t.store, t.order_name
  HAVING bool_or(t.side = 'refund') AND bool_or(t.tender_kind IN ('gift_card', 'store_credit')) AND count(*) = count(t.tender_kind) AND min(t.currency) = max(t.currency)
)
SELECT o.entity, o.store, concat(o.store, '/', o.order_name) AS subject_key, CAST(m.money_in AS DECIMAL(18,4)) AS expected, CAST(m.money_out AS DECIMAL(18,4)) AS actual, CAST(m.money_out - m.money_in AS DECIMAL(18,4)) AS difference, m.currency, NULL AS due_on,
  concat('Order ', o.order_name, ' brought ', CAST(CAST(m.money_in AS DECIMAL(18,4)) AS VARCHAR), ' in money and ', CAST(CAST(m.captured - m.money_in AS DECIMAL(18,4)) AS VARCHAR), ' of gift cards or store credit; ', CAST(CAST(m.money_out AS DECIMAL(18,4)) AS VARCHAR), ' went back by ', m.gateways, '.') AS cause,
  m.evidence, NULL AS candidates
FROM moved AS m JOIN order_fact AS o ON o.store = m.store AND o.order_name = m.order_name
WHERE m.money_out > m.money_in AND m.refunded <= m.captured
ORDER BY subject_key
