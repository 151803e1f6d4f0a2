-- What is made again hides what the copy says of it; everything else is the copy's.
SET search_path = 'ledger.main,fact.main,pub.main'
