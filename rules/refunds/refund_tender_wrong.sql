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
WITH mixed AS (
  SELECT c.store, c.order_name FROM (SELECT DISTINCT store, order_name FROM tender WHERE tender_kind IN ('gift_card', 'store_credit')) AS c JOIN (SELECT DISTINCT store, order_name FROM tender WHERE side = 'refund') AS r ON r.store = c.store AND r.order_name = c.order_name
), moved AS (
  SELECT t.store, t.order_name, min(t.currency) AS currency, sum(CASE WHEN t.side = 'refund' THEN 0 ELSE t.amount END) AS captured, sum(CASE WHEN t.side = 'refund' THEN t.amount ELSE 0 END) AS refunded,
    sum(CASE WHEN t.side = 'refund' OR t.tender_kind IN ('gift_card', 'store_credit') THEN 0 ELSE t.amount END) AS money_in, sum(CASE WHEN t.side = 'refund' AND t.tender_kind NOT IN ('gift_card', 'store_credit') THEN t.amount ELSE 0 END) AS money_out,
    string_agg(DISTINCT CASE WHEN t.side = 'refund' AND t.tender_kind NOT IN ('gift_card', 'store_credit') THEN t.gateway END, ', ' ORDER BY CASE WHEN t.side = 'refund' AND t.tender_kind NOT IN ('gift_card', 'store_credit') THEN t.gateway END) AS gateways,
    string_agg(concat(t.file_id, ':', t.row_no), ' ' ORDER BY t.ordinal) AS evidence
  FROM mixed AS x JOIN tender AS t ON t.store = x.store AND t.order_name = x.order_name GROUP BY t.store, t.order_name
  HAVING count(*) = count(t.tender_kind) AND min(t.currency) = max(t.currency)
)
SELECT o.entity, o.store, concat(o.store, '/', o.order_name) AS subject_key, CAST(m.money_in AS DECIMAL(18,4)) AS expected, CAST(m.money_out AS DECIMAL(18,4)) AS actual, CAST(m.money_out - m.money_in AS DECIMAL(18,4)) AS difference, m.currency, NULL AS due_on,
  concat('Order ', o.order_name, ' brought ', CAST(CAST(m.money_in AS DECIMAL(18,4)) AS VARCHAR), ' in money and ', CAST(CAST(m.captured - m.money_in AS DECIMAL(18,4)) AS VARCHAR), ' of gift cards or store credit; ', CAST(CAST(m.money_out AS DECIMAL(18,4)) AS VARCHAR), ' went back by ', m.gateways, '.') AS cause,
  m.evidence, NULL AS candidates
FROM moved AS m JOIN order_fact AS o ON o.store = m.store AND o.order_name = m.order_name
WHERE m.money_out > m.money_in AND m.refunded <= m.captured
ORDER BY subject_key
