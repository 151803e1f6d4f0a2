-- The currency of the rows of a file that names none.
UPDATE {target} SET currency = $currency WHERE {owner} = $no AND currency = $unsaid
