-- A report's rows in one of its further currencies, as those of a report of its own.
UPDATE {target} SET account = $own WHERE account = $no AND currency = $currency
