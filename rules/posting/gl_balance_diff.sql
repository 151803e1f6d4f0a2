/*
title = "Balance of a controlled account is another one in the general ledger"
kind = "check"
rule = "A-02"
code = "GL_BALANCE_DIFF"
severity = "high"
class = "CONTROL"
subject = "account_balance"
owner = "accounting"
why = "The entries of Odoo and the trial balance are two views of the same accounts: from one trial balance to the next they move by the same amount. The first one is held against all entries, where the account is of the balance sheet and nothing was opened before; a clearing account begins with its opening position. An account of profit and loss is compared within a year."
suggestion = "List the entries of the account since the trial balance before in both systems; post what is missing in the one, take back what the other has not."
reads = ["trial_balance_line_current", "odoo_journal_item_current", "map_account", "map_entity", "clearing_scope", "cutover", "watermark_fact"]
needs = ["trial_balance_line", "odoo_journal_item"]
*/
WITH controlled AS (
  SELECT entity, odoo_account AS account_code, min(role) AS role,
    bool_and(role IN ('bank', 'bank_suspense', 'clearing', 'disputed_funds', 'gift_card_liability', 'other_clearing', 'payouts_in_transit', 'processor_reserve', 'suspense')) AS stays
  FROM map_account GROUP BY entity, odoo_account
), base AS (
  SELECT entity, min(base_currency) AS currency FROM map_entity GROUP BY entity HAVING min(base_currency) = max(base_currency)
), trial AS (
  SELECT t.entity, t.as_of_on, t.currency, min(concat(t.file_id, ':', t.row_no)) AS evidence,
    lag(t.as_of_on) OVER (PARTITION BY t.entity ORDER BY t.as_of_on) AS before_on
  FROM trial_balance_line_current AS t JOIN base AS b ON b.entity = t.entity AND b.currency = t.currency
  JOIN controlled AS c ON c.entity = t.entity AND c.account_code = t.account_code
  JOIN watermark_fact AS w ON w.source = 'odoo_journal_item' AND w.owner_key = t.entity AND t.as_of_on <= w.complete_until
  GROUP BY t.entity, t.as_of_on, t.currency
), start AS (
  -- from which day entries count, and with what the account begins: the trial balance before, the opening position, or nothing
  SELECT t.entity, t.as_of_on, t.currency, c.account_code, c.role, t.before_on, coalesce(l.closing, 0) AS actual, coalesce(concat(l.file_id, ':', l.row_no), t.evidence) AS evidence,
    CASE WHEN t.before_on IS NOT NULL THEN t.before_on + 1 WHEN s.account IS NOT NULL THEN s.begins_on ELSE DATE '0001-01-01' END AS begins_on,
    CASE WHEN t.before_on IS NOT NULL THEN coalesce(p.closing, 0) WHEN s.account IS NOT NULL THEN s.opening ELSE 0 END AS opening
  FROM trial AS t JOIN controlled AS c ON c.entity = t.entity
  LEFT JOIN trial_balance_line_current AS l ON l.entity = t.entity AND l.as_of_on = t.as_of_on AND l.account_code = c.account_code AND l.currency = t.currency
  LEFT JOIN trial_balance_line_current AS p ON p.entity = t.entity AND p.as_of_on = t.before_on AND p.account_code = c.account_code AND p.currency = t.currency
  LEFT JOIN clearing_scope AS s ON s.entity = t.entity AND s.odoo_account = c.account_code
  LEFT JOIN cutover AS k ON k.entity = t.entity
  WHERE CASE WHEN t.before_on IS NOT NULL THEN c.stays OR date_part('year', t.before_on) = date_part('year', t.as_of_on) ELSE c.stays AND (k.entity IS NULL OR s.account IS NOT NULL) END
), booked AS (
  SELECT s.entity, s.as_of_on, s.account_code, sum(i.debit - i.credit) AS amount, count(*) AS entries
  FROM start AS s JOIN odoo_journal_item_current AS i ON i.entity = s.entity AND i.account_code = s.account_code AND i.parent_state = 'posted' AND i.booked_on BETWEEN s.begins_on AND s.as_of_on
  GROUP BY s.entity, s.as_of_on, s.account_code
)
SELECT s.entity, NULL AS store, concat(s.entity, '/gl/', s.account_code, '/', s.currency, '/', CAST(s.as_of_on AS VARCHAR)) AS subject_key, s.opening + coalesce(b.amount, 0) AS expected, s.actual,
  s.actual - s.opening - coalesce(b.amount, 0) AS difference, s.currency, NULL AS due_on,
  concat('On ', CAST(s.as_of_on AS VARCHAR), ' account ', s.account_code, ' (', s.role, ') has ', CAST(s.actual AS VARCHAR), ' in the trial balance; ',
    CASE WHEN s.before_on IS NOT NULL THEN concat('that of ', CAST(s.before_on AS VARCHAR), ' has ', CAST(s.opening AS VARCHAR), ' and ') WHEN s.opening <> 0 THEN concat('it opened with ', CAST(s.opening AS VARCHAR), ' and ') ELSE '' END,
    coalesce(b.entries, 0), ' items of Odoo since make ', CAST(coalesce(b.amount, 0) AS VARCHAR), '.') AS cause, s.evidence, NULL AS candidates
FROM start AS s LEFT JOIN booked AS b ON b.entity = s.entity AND b.as_of_on = s.as_of_on AND b.account_code = s.account_code
WHERE s.actual - s.opening - coalesce(b.amount, 0) <> 0
ORDER BY subject_key
