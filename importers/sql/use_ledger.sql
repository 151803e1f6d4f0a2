-- Back to the books.
USE ledger
