-- PayPal's totals against the rows they stand for: per section and currency, per report and currency, and the counts of section, report and file.
WITH body AS (
  SELECT row_no, "section period start" AS section, "section account" AS account, upper(trim("gross transaction currency")) AS currency,
    CASE WHEN upper("transaction debit or credit") = 'CR' THEN hundredths("gross transaction amount") ELSE 0 END AS credits,
    CASE WHEN upper("transaction debit or credit") = 'DR' THEN hundredths("gross transaction amount") ELSE 0 END AS debits,
    CASE WHEN upper("fee debit or credit") = 'CR' THEN coalesce(hundredths("fee amount"), 0) ELSE 0 END AS fee_credits,
    CASE WHEN upper("fee debit or credit") = 'DR' THEN coalesce(hundredths("fee amount"), 0) ELSE 0 END AS fee_debits,
    coalesce(hundredths("fee amount"), 0) <> 0 AND (upper(trim("fee currency")) <> upper(trim("gross transaction currency")) OR trim(coalesce("fee debit or credit", '')) = '') AS odd_fee
  FROM stage.raw_body
), summed AS (
  SELECT section, account, currency, sum(credits) AS credits, sum(debits) AS debits, sum(fee_credits) AS fee_credits, sum(fee_debits) AS fee_debits, max(row_no) AS row_no
  FROM body GROUP BY section, account, currency
), whole AS (
  SELECT currency, sum(credits) AS credits, sum(debits) AS debits, sum(fee_credits) AS fee_credits, sum(fee_debits) AS fee_debits FROM summed GROUP BY currency
), footer AS (
  SELECT row_no, "section period start" AS section, "section account" AS account, upper(trim(currency)) AS currency, hundredths("gross credits") AS credits,
    hundredths("gross debits") AS debits, hundredths("fee credits") AS fee_credits, hundredths("fee debits") AS fee_debits
  FROM stage.raw_footer
), report AS (
  SELECT row_no, upper(trim(currency)) AS currency, hundredths("gross credits") AS credits, hundredths("gross debits") AS debits,
    hundredths("fee credits") AS fee_credits, hundredths("fee debits") AS fee_debits
  FROM stage.raw_report_footer
), fault AS (
  SELECT row_no, 'Fee Currency' AS name, 'a fee has no sign, or is in another currency than its amount' AS what FROM body WHERE odd_fee
  UNION ALL
  SELECT row_no, 'Account', 'the report holds more than one account: order it per account' FROM stage.raw_section WHERE account <> (SELECT min(account) FROM stage.raw_section)
  UNION ALL
  SELECT coalesce(f.row_no, s.row_no), 'SF', concat('the footer of ', coalesce(f.currency, s.currency), ' states credits ', f.credits, ', debits ', f.debits, ', fees ', f.fee_credits, ' and ', f.fee_debits,
    '; its rows make ', s.credits, ', ', s.debits, ', ', s.fee_credits, ' and ', s.fee_debits)
  FROM footer AS f FULL JOIN summed AS s ON s.section = f.section AND s.account = f.account AND s.currency = f.currency
  WHERE EXISTS (SELECT 1 FROM footer) AND (coalesce(f.credits, 0) <> coalesce(s.credits, 0) OR coalesce(f.debits, 0) <> coalesce(s.debits, 0)
    OR coalesce(f.fee_credits, 0) <> coalesce(s.fee_credits, 0) OR coalesce(f.fee_debits, 0) <> coalesce(s.fee_debits, 0))
  UNION ALL
  SELECT b.row_no, 'SF', concat('the balances of ', b.currency, ' move by another sum than its rows, ', b.movement) FROM stage.paypal_settlement_settlement_batch_balance AS b
  WHERE b.closing - b.opening <> b.movement
  UNION ALL
  SELECT r.row_no, 'RF', concat('the report footer of ', coalesce(r.currency, w.currency), ' is not the sum of its sections')
  FROM report AS r FULL JOIN whole AS w ON w.currency = r.currency
  WHERE EXISTS (SELECT 1 FROM report) AND (coalesce(r.credits, 0) <> coalesce(w.credits, 0) OR coalesce(r.debits, 0) <> coalesce(w.debits, 0)
    OR coalesce(r.fee_credits, 0) <> coalesce(w.fee_credits, 0) OR coalesce(r.fee_debits, 0) <> coalesce(w.fee_debits, 0))
  UNION ALL
  SELECT c.row_no, 'SC', concat('the section states ', c.records, ' records and holds ', (SELECT count(*) FROM body AS b WHERE b.section = c."section period start" AND b.account = c."section account"))
  FROM stage.raw_count AS c WHERE whole_number(c.records) IS DISTINCT FROM (SELECT count(*) FROM body AS b WHERE b.section = c."section period start" AND b.account = c."section account")
  UNION ALL
  SELECT c.row_no, c.name, concat('the report states ', c.records, ' records and holds ', (SELECT count(*) FROM body))
  FROM (SELECT row_no, records, 'RC' AS name FROM stage.raw_report_count UNION ALL SELECT row_no, records, 'FF' FROM stage.raw_file_count) AS c
  WHERE whole_number(c.records) IS DISTINCT FROM (SELECT count(*) FROM body)
)
SELECT row_no, name, what FROM fault ORDER BY row_no, name LIMIT 1
