"""Bank statements in ISO 20022 CAMT.053, versions .001.02 to .001.08 and later."""

from __future__ import annotations

from ._camt import CamtImporter


class Importer(CamtImporter):
    """The bank's end-of-day statement as XML. Opening balance + booked entries = closing balance, the message's own count and sums where it
    has them, and the details of a batch make their entry, or the file is refused; a statement without balances lands as
    `unverified_completeness`. Only booked entries count; an entry is known by the bank's own reference (`AcctSvcrRef`), two of one reference
    are two. A file may hold several statements and accounts, if `bank_accounts.csv` knows their numbers; pages are statements between interim
    balances. Names and texts stay in the file as delivered, but for entries that carry a processor's name.
    """

    message = "BkToCstmrStmt"
    part = "Stmt"
