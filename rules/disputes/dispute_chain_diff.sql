/*
title = "Disputes took more than was captured, or gave back more than they took"
kind = "check"
rule = "D-08"
code = "DISPUTE_CHAIN_DIFF"
severity = "high"
class = "BUSINESS"
subject = "order"
owner = "treasury"
why = "A sale can be charged back once, and again only after it was won; what is won is what was lost. More is the processor's mistake, or a line that belongs to another order. A refund beside a dispute within the sale is a finding of its own."
suggestion = "Send the processor the lines of the sale and of its disputes; claim what was taken too often, and give back what was never lost."
reads = ["dispute_chain"]
needs = ["settlement_line"]
against = ["line_fact"]
*/
SELECT entity, store, concat(store, '/', order_name) AS subject_key, captured AS expected, taken - returned AS actual, difference, currency, NULL AS due_on,
  CASE WHEN returned > taken THEN concat('For disputes about ', order_name, ' ', account, ' took ', CAST(taken AS VARCHAR), ' and gave back ', CAST(returned AS VARCHAR), '.')
       ELSE concat('Of ', CAST(captured AS VARCHAR), ' that ', account, ' took for ', order_name, ' disputes took back ', CAST(taken AS VARCHAR), ' in ', takings, CASE WHEN takings = 1 THEN ' line' ELSE ' lines' END,
         CASE WHEN returned > 0 THEN concat(' and gave ', CAST(returned AS VARCHAR), ' again') ELSE '' END, '.') END AS cause, evidence, NULL AS candidates
FROM dispute_chain
ORDER BY subject_key
