-- The currency of the rows of a bank's file that names none.
UPDATE {target} SET currency = $currency WHERE bank_account = $no
