/*
title = "Carrier charged a parcel twice, or more than a parcel may cost"
kind = "check"
rule = "H-03"
code = "FREIGHT_OVERCHARGE"
severity = "medium"
class = "BUSINESS"
subject = "carrier_charge"
owner = "logistics"
why = "The same charge of one parcel on two invoices is paid twice where nobody looks; what was credited since is no charge. What a parcel may cost at most is said by the parameter `cap`; agreed rates by weight and zone are in no file."
suggestion = "Claim the amount from the carrier before the term of its contract ends."
reads = ["carrier_charge", "allowance"]
pack = "carriers"

[parameters.cap]
default = "0"
meaning = "what all charges of one parcel may come to, in the currency of the invoice; 0 = no limit"
*/
WITH invoice AS (
  SELECT entity, since, place, carrier, tracking_no, charge_type, currency, invoice_no, sum(amount) AS amount, max(invoiced_on) AS invoiced_on, min(concat(file_id, ':', row_no)) AS evidence
  FROM carrier_charge WHERE tracking_no IS NOT NULL AND charge_type <> 'cod_remitted'
  GROUP BY entity, since, place, carrier, tracking_no, charge_type, currency, invoice_no
), charge AS (
  SELECT entity, since, place, carrier, tracking_no, charge_type, currency, sum(amount) AS amount, max(amount) AS once, count(*) FILTER (WHERE amount > 0) AS invoices, min(amount) FILTER (WHERE amount > 0) AS least,
    string_agg(invoice_no, ', ' ORDER BY invoiced_on, invoice_no) AS numbers, max(invoiced_on) AS invoiced_on, string_agg(evidence, ' ' ORDER BY invoiced_on, invoice_no) AS evidence
  FROM invoice GROUP BY entity, since, place, carrier, tracking_no, charge_type, currency
), doubled AS (
  SELECT entity, place, carrier, tracking_no, currency, sum(once) AS expected, sum(amount) AS actual, string_agg(concat(CASE WHEN charge_type = '' THEN 'a charge' ELSE charge_type END, ' of ', CAST(CAST(once AS DECIMAL(18,4)) AS VARCHAR), ' ', currency, ' on invoices ', numbers), ', ' ORDER BY charge_type) AS words, string_agg(evidence, ' ' ORDER BY charge_type) AS evidence
  FROM charge WHERE invoices > 1 AND least = once AND amount > once AND invoiced_on >= since
  GROUP BY entity, place, carrier, tracking_no, currency
), parcel AS (
  SELECT c.entity, c.place, c.carrier, c.tracking_no, c.currency, w.amount AS expected, sum(c.amount) AS actual, string_agg(c.evidence, ' ' ORDER BY c.charge_type) AS evidence
  FROM charge AS c JOIN allowance AS w ON w.rule = 'H-03' AND w.name = 'cap' AND w.entity = c.entity AND w.currency = c.currency AND w.amount > 0
  GROUP BY c.entity, c.since, c.place, c.carrier, c.tracking_no, c.currency, w.amount HAVING sum(c.amount) > w.amount AND max(c.invoiced_on) >= c.since
), told AS (
  SELECT entity, place, carrier, tracking_no, currency, expected, actual, concat('Parcel ', tracking_no, ' was charged twice by ', carrier, ': ', words, '.') AS cause, evidence FROM doubled
  UNION ALL
  SELECT p.entity, p.place, p.carrier, p.tracking_no, p.currency, p.expected, p.actual, concat('Parcel ', p.tracking_no, ' cost ', CAST(CAST(p.actual AS DECIMAL(18,4)) AS VARCHAR), ' ', p.currency, ' at ', p.carrier, '; the limit is ', CAST(p.expected AS VARCHAR), '.'), p.evidence
  FROM parcel AS p WHERE NOT EXISTS (SELECT 1 FROM doubled AS d WHERE d.place = p.place AND d.carrier = p.carrier AND d.tracking_no = p.tracking_no AND d.currency = p.currency)
)
SELECT entity, NULL AS store, concat(place, '/', carrier, '/', tracking_no, '/', currency) AS subject_key, CAST(expected AS DECIMAL(18,4)) AS expected, CAST(actual AS DECIMAL(18,4)) AS actual, CAST(actual - expected AS DECIMAL(18,4)) AS difference, currency, NULL AS due_on, cause, evidence, NULL AS candidates
FROM told
ORDER BY subject_key
